package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient.Silence;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

@ExtendWith(NoLeaks.class)
class TransportPoolTest {
    private final ScriptedServer server = ScriptedServer.onUnixSocket();

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void streamsCountAndWhenAllAreInUseTheEngineIsBusy() {
        server.otherwise(Script.openStream("text/plain"));
        EngineHttpClient client = TestSettings.of(server.uri())
                .connections(2)
                .connectWithin(TestSettings.SHORT)
                .client();
        List<StreamedReply> open = List.of(open(client, Silence.ALLOWED), open(client, Silence.BOUNDED));

        Failing.with(EngineException.Unavailable.class, "ENGINE_BUSY", client.request(EngineRequest.get("/")));

        assertThat(server.acceptedConnections()).isEqualTo(2);
        open.getFirst().close();
        server.awaitOpenConnections(1);
        open(client).close();
        open.getLast().close();
        server.awaitOpenConnections(0);
    }

    @ParameterizedTest
    @CsvSource({"2, 1", "8, 7", "17, 15"})
    void streamsThatMayLastForEverLeaveConnectionsToOthers(int connections, int streams) {
        server.on("GET /", Script.openStream("text/plain"));
        server.on("GET /info", Script.ok("x"));
        EngineHttpClient client = TestSettings.of(server.uri())
                .connections(connections)
                .connectWithin(TestSettings.SHORT)
                .client();
        List<StreamedReply> open = new ArrayList<>();
        for (int i = 0; i < streams; i++) {
            open.add(open(client));
        }

        Failing.with(
                EngineException.Unavailable.class,
                "ENGINE_BUSY",
                client.stream(EngineRequest.get("/"), Silence.ALLOWED));
        StepVerifier.create(client.request(EngineRequest.get("/info")))
                .expectNextCount(1)
                .expectComplete()
                .verify(TestSettings.LONG);

        open.getFirst().close();
        open.set(0, open(client));
        open.forEach(StreamedReply::close);
    }

    @Test
    void callsWaitForAConnection() {
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        server.otherwise(connection -> {
            goOn.join();
            Script.ok("x").play(connection);
        });
        EngineHttpClient client = TestSettings.of(server.uri()).connections(2).client();

        StepVerifier.create(Flux.range(0, 6).flatMap(_ -> client.request(EngineRequest.get("/"))))
                .expectSubscription()
                .then(() -> server.awaitRequests(2))
                .then(() -> goOn.complete(null))
                .expectNextCount(6)
                .expectComplete()
                .verify(TestSettings.LONG);

        assertThat(server.acceptedConnections()).isLessThanOrEqualTo(2);
        assertThat(server.requests()).hasSize(6);
    }

    @Test
    void tooManyWaitingCallsAreRefusedAtOnce() {
        server.otherwise(Script.openStream("text/plain"));
        EngineHttpClient client = TestSettings.of(server.uri()).connections(1).client();
        StreamedReply open = open(client);
        List<Disposable> waiting = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            waiting.add(client.request(EngineRequest.get("/")).subscribe());
        }

        Failing.with(EngineException.Unavailable.class, "ENGINE_BUSY", client.request(EngineRequest.get("/")));

        waiting.forEach(Disposable::dispose);
        open.close();
    }

    @Test
    void callsCancelledWhileTheyWaitMakeRoomForOthers() {
        server.on("GET /", Script.openStream("text/plain"));
        server.on("GET /other", Script.ok("x"));
        EngineHttpClient client = TestSettings.of(server.uri()).connections(1).client();
        StreamedReply open = open(client);
        for (int i = 0; i < 100; i++) {
            client.request(EngineRequest.get("/cancelled")).subscribe().dispose();
        }

        StepVerifier.create(client.request(EngineRequest.get("/other")))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(100))
                .then(open::close)
                .assertNext(reply -> assertThat(reply.text()).isEqualTo("x"))
                .expectComplete()
                .verify(TestSettings.LONG);
        assertThat(server.requests()).extracting(ScriptedRequest::target).doesNotContain("/cancelled");
    }

    @Test
    void aCallCancelledWhileItWaitsIsNeverSent() {
        server.on("GET /first", Script.openStream("text/plain"));
        server.otherwise(Script.ok("x"));
        EngineHttpClient client = TestSettings.of(server.uri()).connections(1).client();
        StreamedReply first = client.stream(EngineRequest.get("/first"), Silence.ALLOWED)
                .blockOptional(TestSettings.LONG)
                .orElseThrow();

        StepVerifier.create(client.request(EngineRequest.post("/never")))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(100))
                .thenCancel()
                .verify(TestSettings.LONG);
        first.close();

        for (int i = 0; i < 5; i++) {
            StepVerifier.create(client.request(EngineRequest.get("/after")))
                    .expectNextCount(1)
                    .expectComplete()
                    .verify(TestSettings.LONG);
        }
        assertThat(server.requests()).extracting(ScriptedRequest::target).doesNotContain("/never");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE"})
    void aConnectionTheEngineHadClosedCostsOneRepetition(String method) {
        server.on("GET /warm", Script.ok("x"));
        server.on(method + " /", Script.rawThenClose(""), Script.ok("second"));
        EngineHttpClient client = warm();

        StepVerifier.create(client.request(EngineRequest.of(method, "/")))
                .assertNext(reply -> assertThat(reply.status()).isEqualTo(200))
                .expectComplete()
                .verify(TestSettings.LONG);

        assertThat(server.requests()).hasSize(3);
        assertThat(server.acceptedConnections()).isEqualTo(2);
    }

    @Test
    void aConnectionTheEngineResetsCostsOneRepetition() throws IOException {
        try (ScriptedServer tcp = ScriptedServer.onTcp()
                .on("GET /warm", Script.ok("x"))
                .on("GET /", Script.rawThenReset(""), Script.ok("second"))) {
            EngineHttpClient client = TestSettings.client(tcp);
            client.request(EngineRequest.get("/warm")).block(TestSettings.LONG);

            StepVerifier.create(client.request(EngineRequest.get("/")))
                    .assertNext(reply -> assertThat(reply.text()).isEqualTo("second"))
                    .expectComplete()
                    .verify(TestSettings.LONG);
            assertThat(tcp.requests()).hasSize(3);
        }
    }

    @Test
    void itIsRepeatedOnlyOnce() {
        server.on("GET /warm", Script.ok("x"));
        server.on("GET /", Script.rawThenClose(""));

        Failing.with(EngineException.Failed.class, "ENGINE_BROKE_OFF", warm().request(EngineRequest.get("/")));

        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aPostIsNeverRepeated() {
        server.on("GET /warm", Script.ok("x"));
        server.on("POST /", Script.rawThenClose(""), Script.ok("second"));

        Failing.with(EngineException.Failed.class, "ENGINE_BROKE_OFF", warm().request(EngineRequest.post("/")));

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void anUploadIsNeverRepeated() {
        server.on("GET /warm", Script.ok("x"));
        server.on("PUT /", Script.rawThenClose(""), Script.ok("second"));

        Failing.with(
                EngineException.Failed.class,
                "ENGINE_BROKE_OFF",
                warm().request(EngineRequest.of("PUT", "/").upload("x/y", Flux.just(new byte[10]))));

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aNewConnectionThatBreaksIsNoReasonToRepeat() {
        server.otherwise(Script.rawThenClose(""));

        Failing.with(
                EngineException.Failed.class,
                "ENGINE_BROKE_OFF",
                TestSettings.client(server).request(EngineRequest.get("/")));

        assertThat(server.requests()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"H", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"})
    void anAnswerThatHadBegunIsNotRepeated(String begun) {
        server.on("GET /warm", Script.ok("x"));
        server.on("GET /", Script.rawThenClose(begun), Script.ok("second"));

        Failing.with(EngineException.Failed.class, "ENGINE_BROKE_OFF", warm().request(EngineRequest.get("/")));

        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aRestartedEngineIsReachedAgain() throws IOException {
        server.otherwise(Script.ok("x"));
        EngineHttpClient client = TestSettings.of(server.uri()).connections(4).client();
        for (int round = 0; round < 10; round++) {
            StepVerifier.create(Flux.range(0, 20).flatMap(_ -> client.request(EngineRequest.get("/")), 4))
                    .expectNextCount(20)
                    .expectComplete()
                    .verify(TestSettings.LONG);
            server.dropConnections();
            server.awaitOpenConnections(0);
        }
    }

    private EngineHttpClient warm() {
        EngineHttpClient client = TestSettings.of(server.uri()).connections(1).client();
        client.request(EngineRequest.get("/warm")).block(TestSettings.LONG);
        return client;
    }

    private static StreamedReply open(EngineHttpClient client) {
        return open(client, Silence.ALLOWED);
    }

    private static StreamedReply open(EngineHttpClient client, Silence silence) {
        return client.stream(EngineRequest.get("/"), silence)
                .blockOptional(TestSettings.LONG)
                .orElseThrow();
    }
}
