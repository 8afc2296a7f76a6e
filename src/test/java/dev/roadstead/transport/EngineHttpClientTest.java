package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.engine.EngineException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.util.List;
import java.util.function.Supplier;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@ExtendWith(NoLeaks.class)
class EngineHttpClientTest {
    static List<Supplier<ScriptedServer>> servers() {
        return List.of(ScriptedServer::onUnixSocket, ScriptedServer::onTcp);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aWholeAnswerIsRead(Supplier<ScriptedServer> start) throws IOException {
        try (ScriptedServer server = start.get().on("GET /info", Script.json(200, "{\"a\":1}"))) {
            EngineReply reply = get(TestSettings.client(server), "/info");

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("content-type")).isEqualTo("application/json");
            assertThat(reply.text()).isEqualTo("{\"a\":1}");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void connectionsAreUsedAgain(Supplier<ScriptedServer> start) throws IOException {
        try (ScriptedServer server = start.get().otherwise(Script.ok("x"))) {
            EngineHttpClient client = TestSettings.client(server);
            for (int i = 0; i < 50; i++) {
                get(client, "/" + i);
            }
            assertThat(server.acceptedConnections()).isEqualTo(1);
        }
    }

    @Test
    void tcpWithoutKeysAndTrustIsPlain() throws IOException {
        try (ScriptedServer server = ScriptedServer.onTcp().otherwise(Script.ok("plain"))) {
            URI tcp = URI.create(server.uri().toString().replace("http:", "tcp:"));

            assertThat(get(TestSettings.of(tcp).client(), "/").text()).isEqualTo("plain");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/", "unix:engine.sock", "http:///path", "/var/run/engine.sock"})
    void anAddressOfNoKnownKindIsRefusedAtOnce(String uri) {
        assertThatThrownBy(() -> TestSettings.of(URI.create(uri)).client())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(uri);
    }

    @Test
    void anErrorIsAnAnswerLikeAnyOther() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket()
                .on("GET /broken", Script.json(500, "{\"message\":\"no\"}"))
                .on("POST /same", Script.empty(304))
                .on("DELETE /gone", Script.empty(204))) {
            EngineHttpClient client = TestSettings.client(server);

            assertThat(get(client, "/broken").status()).isEqualTo(500);
            assertThat(get(client, "/missing").status()).isEqualTo(404);
            assertThat(send(client, EngineRequest.post("/same")).status()).isEqualTo(304);
            assertThat(send(client, EngineRequest.delete("/gone")).status()).isEqualTo(204);
            assertThat(server.acceptedConnections()).isEqualTo(1);
        }
    }

    @Test
    void headGivesTheHeadersAndNoBody() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().on("HEAD /file", Script.ok("0123456789"))) {
            EngineHttpClient client = TestSettings.client(server);

            EngineReply reply = send(client, EngineRequest.head("/file"));

            assertThat(reply.header("content-length")).isEqualTo("10");
            assertThat(reply.body()).isEmpty();
        }
    }

    @Test
    void theTargetIsSentAsItIs() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().otherwise(Script.ok(""))) {
            String target = "/images/a%2Fb:1/json?filters=%7B%22label%22%3A%5B%22x%3Dy%22%5D%7D&q=a+b%20c";

            get(TestSettings.client(server), target);

            assertThat(server.requests().getFirst().target()).isEqualTo(target);
        }
    }

    @Test
    void aJsonBodyIsSentWithItsLengthAndType() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().on("POST /echo", EngineHttpClientTest::echo)) {
            byte[] json = "{\"ä\":true}".getBytes(StandardCharsets.UTF_8);

            EngineReply reply = send(
                    TestSettings.client(server),
                    EngineRequest.post("/echo").json(json).header("X-Registry-Auth", "abc="));

            assertThat(reply.body()).isEqualTo(json);
            ScriptedRequest seen = server.requests().getFirst();
            assertThat(seen.headers())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("content-length", String.valueOf(json.length))
                    .containsEntry("x-registry-auth", "abc=")
                    .containsEntry("host", "localhost")
                    .doesNotContainKey("transfer-encoding");
        }
    }

    @Test
    void aPostWithoutBodyHasNone() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().on("POST /start", Script.empty(204))) {
            send(TestSettings.client(server), EngineRequest.post("/start"));

            assertThat(server.requests().getFirst().headers())
                    .containsEntry("content-length", "0")
                    .doesNotContainKey("transfer-encoding");
        }
    }

    @Test
    void nothingIsSentBeforeSubscription() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().otherwise(Script.ok(""))) {
            Mono<EngineReply> call = TestSettings.client(server).request(EngineRequest.get("/"));
            assertThat(server.acceptedConnections()).isZero();

            StepVerifier.create(call).expectNextCount(1).verifyComplete();
            StepVerifier.create(call).expectNextCount(1).verifyComplete();

            assertThat(server.requests()).hasSize(2);
        }
    }

    @Test
    void anAnswerAboveTheLimitIsRefusedAndItsConnectionClosed() throws IOException {
        byte[] megabyte = new byte[1024 * 1024];
        try (ScriptedServer server = ScriptedServer.onUnixSocket().otherwise(connection -> {
            connection.beginChunks(200, "application/octet-stream");
            while (true) {
                connection.chunk(megabyte);
            }
        })) {
            Failing.with(
                    EngineException.Failed.class,
                    "ENGINE_NONSENSE",
                    TestSettings.client(server).request(EngineRequest.get("/endless")));
            server.awaitOpenConnections(0);
        }
    }

    @Test
    void closingEndsEveryConnection() throws IOException {
        try (ScriptedServer server = ScriptedServer.onUnixSocket().otherwise(Script.ok(""))) {
            EngineHttpClient client = TestSettings.client(server);
            get(client, "/");
            assertThat(server.openConnections()).isEqualTo(1);

            StepVerifier.create(client.close()).verifyComplete();

            server.awaitOpenConnections(0);
            Failing.with(
                    EngineException.Unavailable.class, "ENGINE_UNREACHABLE", client.request(EngineRequest.get("/")));
        }
    }

    private static void echo(ScriptedConnection connection) throws IOException {
        byte[] body = connection.readBody();
        connection.write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(body.length));
        connection.write(body);
    }

    private static EngineReply get(EngineHttpClient client, String target) {
        return send(client, EngineRequest.get(target));
    }

    private static EngineReply send(EngineHttpClient client, EngineRequest request) {
        return client.request(request).blockOptional(TestSettings.LONG).orElseThrow();
    }

    @Test
    void keysAndTrustWithoutTlsAreRefused() throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init((KeyStore) null);
        for (String plain : List.of("http://engine:2375", "unix:///engine.sock")) {
            TestSettings settings = TestSettings.of(URI.create(plain)).trust(trust);
            assertThatThrownBy(settings::client)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("tls needs https:// or tcp://");
        }
    }
}
