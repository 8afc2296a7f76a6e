package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.testing.AsyncApi;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * Every message of the document is one that clients really say, or are told: this says and hears each of them. That each is as its
 * schema says is checked wherever {@link SocketClient} is used.
 */
class SocketDocumentTest implements GatewaySubject {
    private static @Nullable RunningGateway gateway;

    private final MadeOverHttp made = new MadeOverHttp(gateway());

    @BeforeAll
    static void start() {
        gateway = RunningGateway.start(Map.of(ENGINE, "simulated:///"));
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(gateway).close();
    }

    @Override
    public RunningGateway gateway() {
        return Objects.requireNonNull(gateway);
    }

    @Override
    public MadeOverHttp made() {
        return made;
    }

    @Test
    void everyMessageOfTheDocumentIsSaidOrHeard() {
        JsonNode container = running();
        terminals("/v1/ws/" + text(container, "cuid") + "?mode=shell&command=");
        streams(container);

        assertThat(AsyncApi.checkedIn().seen())
                .containsExactlyInAnyOrderElementsOf(AsyncApi.checkedIn()
                        .document()
                        .at("/components/messages")
                        .propertyNames());
    }

    private void terminals(String address) {
        try (SocketClient client = SocketClient.open(
                gateway(), address + RunningGateway.encoded("cat; echo bad >&2") + "&cols=80&rows=24")) {
            client.next("started");
            client.say("{'type':'resize','cols':100,'rows':30}");
            client.type("typed\n");
            client.untilOutput("typed");
            client.say("{'type':'nonsense'}");
            client.until("error");
            client.say("{'type':'signal','name':'INT'}");
            client.until("exit");
        }
        try (SocketClient client =
                SocketClient.open(gateway(), address + RunningGateway.encoded("cat; echo bad >&2"))) {
            client.next("started");
            client.type("typed\n").say("{'type':'eof'}");
            assertThat(SocketClient.text(client.until("exit"), "stderr")).isEqualTo("bad\n");
        }
        try (SocketClient client = SocketClient.openBinary(gateway(), address + "cat")) {
            client.next("started");
            client.type("typed\n");
            client.untilOutput("typed");
            client.say("{'type':'close'}");
            client.until("closed");
        }
    }

    private void streams(JsonNode container) {
        String sockets = "/v1/ws/containers/" + text(container, "cuid");
        try (SocketClient events = SocketClient.open(gateway(), "/v1/ws/events");
                SocketClient stats = SocketClient.open(gateway(), sockets + "/stats");
                SocketClient logs = SocketClient.open(gateway(), sockets + "/logs")) {
            stats.next("stats");
            logs.next("log");
            JsonNode operation = gateway()
                    .post(path(container, "/stop?timeout=5"), "Prefer", "respond-async")
                    .json();
            try (SocketClient client = SocketClient.open(gateway(), "/v1/ws/operations/" + text(operation, "id"))) {
                client.until("end");
            }
            logs.until("end");
            stats.until("end");
            events.next("event");
        }
    }
}
