package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A client may speak the moment its socket is open. */
@ExtendWith(NoLeaks.class)
class FirstFramesTest {
    /** Before the upgrade was done by the client's own event loop, about one in forty was not heard. */
    private static final int ATTEMPTS = 60;

    /** The daemon answers on a thread of its own connection: there the gateway learns that it may open the socket. */
    @Test
    void whatIsSaidAtOnceIsHeard() throws IOException {
        try (ScriptedDaemon daemon = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
                RunningGateway gateway =
                        RunningGateway.start(Map.of("unix", daemon.uri()), "roadstead.monitoring.interval=1h")) {
            daemon.onContainer("GET logs", Script.openStream("application/octet-stream"));
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                try (SocketClient client = SocketClient.open(gateway, "/v1/ws/containers/unix:web/logs?tail=0")) {
                    client.say("{'type':'eof'}");

                    assertThat(client.until("error")
                                    .getLast()
                                    .at("/error/error")
                                    .asString())
                            .as("attempt %d", attempt)
                            .isEqualTo("state_error");
                }
            }
        }
    }
}
