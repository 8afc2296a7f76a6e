package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.within;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** One user may have so many sockets open; who closes one may open another. */
class SocketPlacesTest {
    private static final String EVENTS = "/v1/ws/events";

    @Test
    void oneTooManyIsRefusedUntilAnotherIsClosed() {
        try (RunningGateway gateway =
                        RunningGateway.start(Map.of("local", "simulated:///"), "roadstead.sockets.most-per-user=2");
                SocketClient first = SocketClient.open(gateway, EVENTS);
                SocketClient second = SocketClient.open(gateway, EVENTS)) {
            RunningGateway.Answer refused = SocketClient.refused(gateway, EVENTS, SocketClient.authorization(gateway));
            problem(refused, 429, "rate_limited", "TOO_MANY_SOCKETS");
            assertThat(refused.header("Retry-After")).isNotEmpty();

            second.sayClose(1000).closed(1000);

            within().ignoreExceptions()
                    .untilAsserted(() ->
                            SocketClient.open(gateway, EVENTS).sayClose(1000).closed(1000));
            first.sayClose(1000).closed(1000);
        }
    }
}
