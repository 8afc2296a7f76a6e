package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient.Silence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@ExtendWith(NoLeaks.class)
class TransportStreamTest {
    private static final EngineRequest GET = EngineRequest.get("/");
    private static final byte[] CHUNK = new byte[64 * 1024];

    private final ScriptedServer server = ScriptedServer.onUnixSocket();

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void theHeadIsThereBeforeTheBody() {
        server.otherwise(Script.openStream("application/json"));

        StreamedReply reply = open(TestSettings.client(server), Silence.ALLOWED);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("content-type")).isEqualTo("application/json");
        reply.close();
        server.awaitOpenConnections(0);
    }

    @Test
    void aWholeBodyIsGivenAndItsConnectionKept() {
        server.otherwise(Script.chunks("text/plain", bytes("hello "), bytes("world")));
        EngineHttpClient client = TestSettings.of(server.uri()).connections(1).client();

        for (int i = 0; i < 3; i++) {
            StreamedReply reply = open(client, Silence.BOUNDED);
            assertThat(text(reply)).isEqualTo("hello world");
        }

        assertThat(server.acceptedConnections()).isEqualTo(1);
    }

    @Test
    void closingAfterTheEndLeavesTheConnectionToTheNextCall() {
        server.otherwise(Script.chunks("text/plain", bytes("one")));
        server.on("GET /next", Script.openStream("text/plain", bytes("two")));
        EngineHttpClient client = TestSettings.of(server.uri()).connections(1).client();
        StreamedReply first = open(client, Silence.BOUNDED);
        assertThat(text(first)).isEqualTo("one");
        StreamedReply second = client.stream(EngineRequest.get("/next"), Silence.ALLOWED)
                .blockOptional(TestSettings.LONG)
                .orElseThrow();
        assertThat(server.acceptedConnections()).isEqualTo(1);

        first.close();

        StepVerifier.create(second.body().map(TransportStreamTest::text))
                .expectNext("two")
                .thenCancel()
                .verify(TestSettings.LONG);
    }

    @Test
    void closingAnUnreadAnswerLeavesOtherCallsAlone() {
        server.otherwise(Script.ok("small"));
        EngineHttpClient client = TestSettings.of(server.uri()).connections(1).client();
        for (int i = 0; i < 50; i++) {
            StreamedReply unread = open(client, Silence.BOUNDED);
            Mono<String> next = client.request(GET).map(EngineReply::text);

            // The small answer is complete before it is read: its connection may serve the next call already.
            StepVerifier.create(next)
                    .expectSubscription()
                    .then(unread::close)
                    .expectNext("small")
                    .expectComplete()
                    .verify(TestSettings.LONG);
        }
    }

    @Test
    void anAnswerThatNobodyReadsIsGivenUp() {
        server.otherwise(Script.openStream("text/plain", CHUNK));
        EngineHttpClient client =
                TestSettings.of(server.uri()).idleAtMost(TestSettings.SHORT).client();

        StreamedReply lost = open(client, Silence.ALLOWED);

        assertThat(lost.status()).isEqualTo(200);
        server.awaitOpenConnections(0);
    }

    @Test
    void aBodyUntilTheConnectionsEndIsWhole() {
        server.otherwise(Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\nuntil the end"));

        assertThat(text(open(TestSettings.client(server), Silence.ALLOWED))).isEqualTo("until the end");
    }

    @Test
    void cancellingTheBodyClosesTheConnection() {
        server.otherwise(Script.openStream("text/plain", bytes("x")));

        StepVerifier.create(
                        TestSettings.client(server).stream(GET, Silence.ALLOWED).flatMapMany(StreamedReply::body))
                .expectNextCount(1)
                .thenCancel()
                .verify(TestSettings.LONG);

        server.awaitOpenConnections(0);
    }

    @Test
    void cancellingBeforeTheHeadClosesTheConnection() {
        server.otherwise(Script.silence());

        StepVerifier.create(TestSettings.client(server).stream(GET, Silence.ALLOWED))
                .expectSubscription()
                .then(() -> server.awaitRequests(1))
                .thenCancel()
                .verify(TestSettings.LONG);

        server.awaitOpenConnections(0);
    }

    @Test
    void cancellingAWholeRequestInItsBodyClosesTheConnection() {
        server.otherwise(Script.openStream("text/plain", CHUNK));

        StepVerifier.create(TestSettings.client(server).request(GET))
                .expectSubscription()
                .then(() -> server.awaitRequests(1))
                .thenCancel()
                .verify(TestSettings.LONG);

        server.awaitOpenConnections(0);
    }

    @Test
    void aSlowReaderStopsTheEngineInsteadOfFillingTheMemory() {
        AtomicLong sent = new AtomicLong();
        server.otherwise(connection -> {
            connection.beginChunks(200, "application/octet-stream");
            for (int i = 0; i < 3200; i++) {
                connection.chunk(CHUNK);
                sent.addAndGet(CHUNK.length);
            }
            connection.endChunks();
        });
        StreamedReply reply = open(TestSettings.client(server), Silence.BOUNDED);
        AtomicLong received = new AtomicLong();

        StepVerifier.create(reply.body().doOnNext(bytes -> received.addAndGet(bytes.length)), 1)
                .expectNextCount(1)
                .then(() -> awaitStandstill(sent))
                .then(() -> assertThat(sent.get() - received.get()).isLessThan(8L * 1024 * 1024))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(_ -> true)
                .expectComplete()
                .verify(TestSettings.LONG);

        assertThat(received).hasValue(3200L * CHUNK.length);
    }

    @Test
    void aTransferThatStandsStillTimesOut() {
        server.otherwise(Script.openStream("text/plain", bytes("begin")));
        EngineHttpClient client =
                TestSettings.of(server.uri()).idleAtMost(TestSettings.SHORT).client();

        Failing.with(
                EngineException.TimedOut.class,
                "ENGINE_TIMEOUT",
                client.stream(GET, Silence.BOUNDED).flatMapMany(StreamedReply::body));

        server.awaitOpenConnections(0);
    }

    @Test
    void silenceThatIsAllowedOutlastsEveryBound() {
        AtomicBoolean goOn = new AtomicBoolean();
        server.otherwise(connection -> {
            connection.beginChunks(200, "text/plain");
            Awaitility.await().forever().untilTrue(goOn);
            connection.chunk(bytes("late"));
            connection.endChunks();
        });
        EngineHttpClient client = TestSettings.of(server.uri())
                .idleAtMost(TestSettings.SHORT)
                .answerWithin(Duration.ofSeconds(2))
                .client();

        StepVerifier.create(client.stream(GET, Silence.ALLOWED)
                        .flatMapMany(StreamedReply::body)
                        .map(TransportStreamTest::text))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(2500))
                .then(() -> goOn.set(true))
                .expectNext("late")
                .expectComplete()
                .verify(TestSettings.LONG);
    }

    @Test
    void aReaderThatDoesNotAskIsNoFaultOfTheEngine() {
        server.otherwise(Script.chunks("text/plain", CHUNK, CHUNK, CHUNK, CHUNK));
        EngineHttpClient client =
                TestSettings.of(server.uri()).idleAtMost(TestSettings.SHORT).client();

        StepVerifier.create(client.stream(GET, Silence.BOUNDED).flatMapMany(StreamedReply::body), 1)
                .expectNextCount(1)
                .expectNoEvent(TestSettings.SHORT.multipliedBy(3))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(_ -> true)
                .expectComplete()
                .verify(TestSettings.LONG);
    }

    @Test
    void collectingReadsAnErrorsText() {
        server.otherwise(Script.json(409, "{\"message\":\"in use\"}"));
        EngineHttpClient client = TestSettings.client(server);

        Mono<EngineReply> collected = client.stream(GET, Silence.ALLOWED).flatMap(client::collect);

        StepVerifier.create(collected)
                .assertNext(reply -> {
                    assertThat(reply.status()).isEqualTo(409);
                    assertThat(reply.text()).isEqualTo("{\"message\":\"in use\"}");
                })
                .verifyComplete();
    }

    @Test
    void collectingStopsAtItsLimit() {
        server.otherwise(connection -> {
            connection.beginChunks(500, "text/plain");
            while (true) {
                connection.chunk(CHUNK);
            }
        });
        EngineHttpClient client = TestSettings.client(server);

        StepVerifier.create(client.stream(GET, Silence.ALLOWED).flatMap(client::collect))
                .assertNext(reply -> assertThat(reply.body()).hasSize(1024 * 1024))
                .verifyComplete();

        server.awaitOpenConnections(0);
    }

    @Test
    void collectingAnErrorThatNeverEndsTimesOut() {
        server.otherwise(Script.openStream("text/plain", bytes("x")));
        EngineHttpClient client =
                TestSettings.of(server.uri()).answerWithin(TestSettings.SHORT).client();

        Failing.with(
                EngineException.TimedOut.class,
                "ENGINE_TIMEOUT",
                client.stream(GET, Silence.ALLOWED).flatMap(client::collect));

        server.awaitOpenConnections(0);
    }

    @Test
    void manyStreamsAtOnceEachGetTheirOwn() {
        server.otherwise(connection -> connection.write("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(
                        connection.request().target().length(),
                        connection.request().target())));
        EngineHttpClient client = TestSettings.of(server.uri()).connections(8).client();

        Flux<Boolean> matches = Flux.range(0, 500)
                .map(number -> "/" + number)
                .flatMap(
                        target -> client.stream(EngineRequest.get(target), Silence.BOUNDED)
                                .flatMap(client::collect)
                                .map(reply -> reply.text().equals(target)),
                        32);

        StepVerifier.create(matches.all(match -> match)).expectNext(true).verifyComplete();
        assertThat(server.acceptedConnections()).isLessThanOrEqualTo(8);
    }

    private static StreamedReply open(EngineHttpClient client, Silence silence) {
        return client.stream(GET, silence).blockOptional(TestSettings.LONG).orElseThrow();
    }

    private static void awaitStandstill(AtomicLong counter) {
        Awaitility.await()
                .atMost(TestSettings.LONG)
                .during(Duration.ofMillis(500))
                .until(new Callable<Boolean>() {
                    private long last = -1;

                    @Override
                    public Boolean call() {
                        long now = counter.get();
                        boolean still = now == last;
                        last = now;
                        return still;
                    }
                });
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String text(StreamedReply reply) {
        return String.join(
                "",
                reply.body()
                        .map(TransportStreamTest::text)
                        .collectList()
                        .blockOptional(TestSettings.LONG)
                        .orElseThrow());
    }
}
