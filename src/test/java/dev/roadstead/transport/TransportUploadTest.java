package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient.Silence;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

@ExtendWith(NoLeaks.class)
class TransportUploadTest {
    private static final byte[] CHUNK = new byte[64 * 1024];

    private final ScriptedServer server = ScriptedServer.onUnixSocket();

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void twoHundredMegabytesAreStreamedAndNotGathered() {
        long size = 200L * 1024 * 1024;
        AtomicLong made = new AtomicLong();
        AtomicLong taken = new AtomicLong();
        AtomicLong furthestAhead = new AtomicLong();
        server.on("PUT /archive", connection -> {
            byte[] buffer = new byte[CHUNK.length];
            for (int read = connection.body().read(buffer);
                    read >= 0;
                    read = connection.body().read(buffer)) {
                taken.addAndGet(read);
            }
            Script.ok("done").play(connection);
        });
        Flux<byte[]> data = Flux.range(0, (int) (size / CHUNK.length)).map(_ -> {
            long ahead = made.addAndGet(CHUNK.length) - taken.get();
            furthestAhead.accumulateAndGet(ahead, Math::max);
            return new byte[CHUNK.length];
        });

        StepVerifier.create(TestSettings.client(server).request(put(data)))
                .assertNext(reply -> assertThat(reply.text()).isEqualTo("done"))
                .expectComplete()
                .verify(Duration.ofSeconds(60));

        assertThat(taken).hasValue(size);
        assertThat(furthestAhead.get()).isLessThan(32L * 1024 * 1024);
        assertThat(server.requests().getFirst().headers())
                .containsEntry("transfer-encoding", "chunked")
                .containsEntry("content-type", "application/x-tar");
    }

    @Test
    void aFailingSourceBreaksTheUploadOffAndComesBackAsItIs() {
        CompletableFuture<Boolean> complete = new CompletableFuture<>();
        server.otherwise(connection -> {
            try {
                connection.drainBody();
                complete.complete(true);
            } catch (IOException brokenOff) {
                complete.complete(false);
                throw brokenOff;
            }
        });
        IllegalStateException failure = new IllegalStateException("the client went away");
        Flux<byte[]> data = Flux.concat(Flux.just(CHUNK, CHUNK), Flux.error(failure));

        StepVerifier.create(TestSettings.client(server).request(put(data)))
                .expectErrorSatisfies(seen -> assertThat(seen).isSameAs(failure))
                .verify(TestSettings.LONG);

        assertThat(complete).succeedsWithin(TestSettings.LONG).isEqualTo(false);
        server.awaitOpenConnections(0);
    }

    @Test
    void cancellingStopsTheSourceAndClosesTheConnection() {
        server.otherwise(ScriptedConnection::drainBody);
        AtomicBoolean stopped = new AtomicBoolean();
        Flux<byte[]> endless = Flux.<byte[]>generate(sink -> sink.next(CHUNK)).doOnCancel(() -> stopped.set(true));

        StepVerifier.create(TestSettings.client(server).request(put(endless)))
                .expectSubscription()
                .then(() -> server.awaitRequests(1))
                .thenCancel()
                .verify(TestSettings.LONG);

        server.awaitOpenConnections(0);
        Awaitility.await().untilTrue(stopped);
    }

    @Test
    void anEngineThatRefusesEarlyIsHeard() {
        server.otherwise(connection -> {
            connection.body().readNBytes(CHUNK.length);
            refuse(connection);
            connection.awaitClientClosed();
        });

        for (int i = 0; i < 20; i++) {
            AtomicBoolean stopped = new AtomicBoolean();
            Flux<byte[]> endless =
                    Flux.<byte[]>generate(sink -> sink.next(CHUNK)).doOnCancel(() -> stopped.set(true));
            isRefused(TestSettings.client(server).request(put(endless)));
            Awaitility.await().untilTrue(stopped);
        }
        server.awaitOpenConnections(0);
    }

    @Test
    void anEngineThatRefusesAndHangsUpIsHeard() {
        server.otherwise(connection -> {
            connection.body().readNBytes(CHUNK.length);
            refuse(connection);
            connection.close();
        });

        for (int i = 0; i < 50; i++) {
            isRefused(TestSettings.client(server).request(put(Flux.generate(sink -> sink.next(CHUNK)))));
        }
        server.awaitOpenConnections(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void overTcpAndTlsTooARefusalIsHeard(boolean tls) throws IOException {
        TestPki pki = new TestPki("engines");
        try (ScriptedServer other = tls
                ? ScriptedServer.onTls(pki.server(pki.issue("engine", "127.0.0.1")), false)
                : ScriptedServer.onTcp()) {
            other.otherwise(connection -> {
                connection.body().readNBytes(CHUNK.length);
                refuse(connection);
                connection.close();
            });
            TestSettings settings = TestSettings.of(other.uri());
            EngineHttpClient client = (tls ? settings.trust(pki.trust()) : settings).client();

            for (int i = 0; i < 50; i++) {
                isRefused(client.request(put(Flux.generate(sink -> sink.next(CHUNK)))));
            }
        }
    }

    @Test
    void anEngineThatRefusesALargeBodyAndHangsUpIsHeard() {
        server.otherwise(connection -> {
            refuse(connection);
            connection.close();
        });
        byte[] large = new byte[4 * 1024 * 1024];

        for (int i = 0; i < 50; i++) {
            isRefused(
                    TestSettings.client(server).request(EngineRequest.post("/").json(large)));
        }
    }

    @Test
    void anEngineThatHangsUpWithoutAWordIsBrokenOff() {
        server.otherwise(connection -> {
            connection.body().readNBytes(CHUNK.length);
            connection.close();
        });

        Failing.with(
                EngineException.Failed.class,
                "ENGINE_BROKE_OFF",
                TestSettings.client(server).request(put(Flux.generate(sink -> sink.next(CHUNK)))));
    }

    @Test
    void anUploadMayTakeLongerThanARequest() {
        server.otherwise(Script.ok("done"));
        Flux<byte[]> slow = Flux.interval(Duration.ofMillis(50)).take(30).map(_ -> CHUNK);
        EngineHttpClient client = TestSettings.of(server.uri())
                .answerWithin(Duration.ofSeconds(1))
                .idleAtMost(Duration.ofSeconds(1))
                .client();

        StepVerifier.create(client.request(put(slow)))
                .assertNext(reply -> assertThat(reply.text()).isEqualTo("done"))
                .expectComplete()
                .verify(TestSettings.LONG);
    }

    @Test
    void afterTheUploadTheAnswerHasItsBound() {
        server.otherwise(connection -> {
            connection.drainBody();
            connection.awaitClientClosed();
        });
        EngineHttpClient client =
                TestSettings.of(server.uri()).answerWithin(TestSettings.SHORT).client();

        Failing.with(EngineException.TimedOut.class, "ENGINE_TIMEOUT", client.request(put(Flux.just(CHUNK, CHUNK))));

        server.awaitOpenConnections(0);
    }

    @Test
    void anUploadThatTheEngineDoesNotReadTimesOut() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        server.otherwise(_ -> over.join());
        EngineHttpClient client =
                TestSettings.of(server.uri()).idleAtMost(TestSettings.SHORT).client();

        Failing.with(
                EngineException.TimedOut.class,
                "ENGINE_TIMEOUT",
                client.request(put(Flux.generate(sink -> sink.next(CHUNK)))));

        over.complete(null);
        server.awaitOpenConnections(0);
    }

    @Test
    void anUploadWhoseSourceStandsStillTimesOut() {
        server.otherwise(ScriptedConnection::drainBody);
        EngineHttpClient client =
                TestSettings.of(server.uri()).idleAtMost(TestSettings.SHORT).client();

        Failing.with(
                EngineException.TimedOut.class,
                "ENGINE_TIMEOUT",
                client.request(put(Flux.concat(Flux.just(CHUNK), Mono.never()))));

        server.awaitOpenConnections(0);
    }

    @Test
    void anEmptyUploadIsAnUpload() {
        server.otherwise(Script.ok("done"));

        StepVerifier.create(TestSettings.client(server).request(put(Flux.empty())))
                .assertNext(reply -> assertThat(reply.status()).isEqualTo(200))
                .expectComplete()
                .verify(TestSettings.LONG);
    }

    @Test
    void progressIsReadWhileTheUploadGoesOn() {
        server.otherwise(connection -> {
            connection.beginChunks(200, "application/json");
            while (connection.body().readNBytes(CHUNK.length).length > 0) {
                connection.chunk(new byte[] {'.'});
            }
            connection.endChunks();
        });
        EngineHttpClient client = TestSettings.client(server);
        Flux<byte[]> data = Flux.range(0, 10).map(_ -> CHUNK);

        StepVerifier.create(client.stream(put(data), Silence.BOUNDED)
                        .flatMapMany(StreamedReply::body)
                        .map(bytes -> bytes.length)
                        .reduce(0, Integer::sum))
                .expectNext(10)
                .expectComplete()
                .verify(TestSettings.LONG);
    }

    private static EngineRequest put(Publisher<byte[]> data) {
        return EngineRequest.of("PUT", "/archive").upload("application/x-tar", data);
    }

    private static void refuse(ScriptedConnection connection) throws IOException {
        connection.write("HTTP/1.1 413 No\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large");
    }

    private static void isRefused(Mono<EngineReply> call) {
        StepVerifier.create(call)
                .assertNext(reply -> {
                    assertThat(reply.status()).isEqualTo(413);
                    assertThat(reply.text()).isEqualTo("too large");
                })
                .expectComplete()
                .verify(TestSettings.LONG);
    }
}
