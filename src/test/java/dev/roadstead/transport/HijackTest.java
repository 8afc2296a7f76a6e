package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Connections that calls take over: nothing lost, nothing kept beyond its end. */
@ExtendWith(NoLeaks.class)
class HijackTest {
    private static final EngineRequest START = EngineRequest.post("/start").json(utf8("{\"Tty\":false}"));
    private static final String SWITCHED =
            "HTTP/1.1 101 UPGRADED\r\nContent-Type: application/x\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    private static final byte[] PIECE = new byte[64 << 10];

    private ScriptedServer server = ScriptedServer.onUnixSocket();

    @AfterEach
    void stop() throws IOException {
        server.awaitOpenConnections(0);
        server.close();
    }

    @Test
    void theEngineIsAskedAsItWantsToBe() {
        server.otherwise(connection -> {
            byte[] body = connection.readBody();
            connection.write(SWITCHED);
            connection.write(body);
            connection.close();
        });

        assertThat(text(hijack(TestSettings.client(server)))).isEqualTo("{\"Tty\":false}");

        ScriptedRequest request = server.requests().getFirst();
        assertThat(request.headers())
                .containsEntry("connection", "upgrade")
                .containsEntry("upgrade", "tcp")
                .containsEntry("host", "localhost")
                .containsEntry("content-type", "application/json")
                .containsEntry("content-length", "13");
    }

    @Test
    void whatComesWithTheHeadComesFirst() {
        server.otherwise(connection -> {
            connection.drainBody();
            connection.write(SWITCHED + "first ");
            connection.write("second");
            connection.close();
        });

        assertThat(text(hijack(TestSettings.client(server)))).isEqualTo("first second");
    }

    @Test
    void aHeadMayComeByteByByte() {
        server.otherwise(connection -> {
            connection.drainBody();
            for (byte next : utf8(SWITCHED + "x")) {
                connection.write(new byte[] {next});
            }
            connection.close();
        });

        assertThat(text(hijack(TestSettings.client(server)))).isEqualTo("x");
    }

    @Test
    void whatCameBeforeAnybodyListenedIsKept() {
        server.otherwise(Script.rawThenClose(SWITCHED + "kept"));
        HijackedStream stream = hijack(TestSettings.client(server));
        server.awaitOpenConnections(0);

        assertThat(text(stream)).isEqualTo("kept");
    }

    @Test
    void anotherAnswerIsTold() {
        server.otherwise(Script.json(409, "{\"message\":\"paused\"}"));

        StepVerifier.create(TestSettings.client(server).hijack(START))
                .assertNext(answer -> {
                    EngineReply reply = ((Hijack.Refused) answer).reply();
                    assertThat(reply.status()).isEqualTo(409);
                    assertThat(reply.text()).isEqualTo("{\"message\":\"paused\"}");
                    assertThat(reply.header("content-type")).isEqualTo("application/json");
                })
                .expectComplete()
                .verify(TestSettings.LONG);
    }

    @Test
    void anotherAnswerWithoutEndIsReadNoFurtherThanNeeded() {
        server.otherwise(connection -> {
            connection.beginChunks(500, "text/plain");
            while (true) {
                connection.chunk(PIECE);
            }
        });

        StepVerifier.create(TestSettings.client(server).hijack(START))
                .assertNext(answer ->
                        assertThat(((Hijack.Refused) answer).reply().body()).hasSize(1 << 20))
                .expectComplete()
                .verify(TestSettings.LONG);
    }

    @Test
    void nonsenseIsNamed() {
        server.otherwise(Script.rawThenClose("SSH-2.0-OpenSSH_9.2\r\n"));

        Failing.with(
                EngineException.Failed.class,
                "ENGINE_NONSENSE",
                TestSettings.client(server).hijack(START));
    }

    @Test
    void aHeadWithoutEndIsNonsense() {
        server.otherwise(connection -> {
            connection.drainBody();
            connection.write("HTTP/1.1 101 UPGRADED\r\n");
            for (int i = 0; i < 2000; i++) {
                connection.write("X-Filler-%d: %s\r\n".formatted(i, "x".repeat(100)));
            }
            connection.awaitClientClosed();
        });

        Failing.with(
                EngineException.Failed.class,
                "ENGINE_NONSENSE",
                TestSettings.client(server).hijack(START));
    }

    @Test
    void anEngineThatHangsUpBeforeItAnswersBrokeOff() {
        server.otherwise(Script.rawThenClose("HTTP/1.1 101 UPGR"));

        Failing.with(
                EngineException.Failed.class,
                "ENGINE_BROKE_OFF",
                TestSettings.client(server).hijack(START));
    }

    @Test
    void anEngineThatNeverAnswersIsLate() {
        server.otherwise(Script.silence());

        Failing.with(
                EngineException.TimedOut.class,
                "ENGINE_TIMEOUT",
                TestSettings.of(server.uri())
                        .answerWithin(TestSettings.SHORT)
                        .client()
                        .hijack(START));
    }

    @Test
    void whereNobodyListensTheEngineIsUnreachable() throws IOException {
        EngineHttpClient client = TestSettings.client(server);
        server.close();

        Failing.with(EngineException.Unavailable.class, "ENGINE_UNREACHABLE", client.hijack(START));
    }

    @Test
    void theEndOfInputComesAfterAllThatWasWrittenAndOutputGoesOn() {
        server.otherwise(Hijacked.countingUntilTheEnd());
        HijackedStream stream = hijack(TestSettings.client(server));

        Flux.range(0, 64)
                .concatMap(_ -> stream.write(PIECE))
                .then(stream.finish())
                .then(stream.finish())
                .block(TestSettings.LONG);

        assertThat(text(stream)).isEqualTo("after %d".formatted(64L * PIECE.length));
    }

    @Test
    void theEndOfInputDoesNotOvertakeWhatIsStillBeingWritten() {
        server.otherwise(Hijacked.countingUntilTheEnd());
        HijackedStream stream = hijack(TestSettings.client(server));

        Mono.when(stream.write(new byte[20 << 20]), stream.finish()).block(TestSettings.LONG);

        assertThat(text(stream)).isEqualTo("after %d".formatted(20L << 20));
    }

    @Test
    void aWriteThatIsGivenUpBeforeItsTurnLetsNobodyOvertake() {
        CountDownLatch read = new CountDownLatch(1);
        server.otherwise(connection -> {
            connection.drainBody();
            connection.write(SWITCHED);
            await(read);
            Hijacked.tellWords(connection);
        });
        HijackedStream stream = hijack(TestSettings.client(server));

        Mono<Void> all = Mono.defer(() -> {
            Mono<Void> first = stream.write(new byte[20 << 20]);
            Mono<Void> second = stream.write(utf8("second"));
            Mono<Void> fourth = stream.write(utf8("fourth"));
            return Mono.when(
                    first,
                    second,
                    Mono.fromRunnable(
                            () -> stream.write(utf8("third")).subscribe().dispose()),
                    fourth,
                    stream.finish());
        });
        StepVerifier.create(all)
                .expectSubscription()
                .then(read::countDown)
                .expectComplete()
                .verify(TestSettings.LONG);

        assertThat(text(stream)).isEqualTo("secondfourth");
    }

    @Test
    void writingWaitsForTheSocket() {
        CountDownLatch read = new CountDownLatch(1);
        server.otherwise(connection -> {
            connection.drainBody();
            connection.write(SWITCHED);
            await(read);
            Hijacked.count(connection);
        });
        HijackedStream stream = hijack(TestSettings.client(server));
        AtomicLong taken = new AtomicLong();

        StepVerifier.create(Flux.range(0, 512)
                        .concatMap(_ -> stream.write(PIECE).doOnSuccess(_ -> taken.addAndGet(PIECE.length)))
                        .then(stream.finish()))
                .expectSubscription()
                .then(() -> awaitStandstill(taken))
                .then(() -> assertThat(taken.get()).isLessThan(8L << 20))
                .then(read::countDown)
                .expectComplete()
                .verify(TestSettings.LONG);

        assertThat(text(stream)).isEqualTo("after %d".formatted(512L * PIECE.length));
    }

    @Test
    void closingFailsAWriteThatWaits() {
        server.otherwise(connection -> {
            connection.drainBody();
            connection.write(SWITCHED);
            await(new CountDownLatch(1), Duration.ofSeconds(1));
            connection.awaitClientClosed();
        });
        HijackedStream stream = hijack(TestSettings.client(server));

        StepVerifier.create(stream.write(new byte[64 << 20]))
                .expectSubscription()
                .then(stream::close)
                .expectErrorSatisfies(failure -> assertThat(failure).isInstanceOf(EngineException.Failed.class))
                .verify(TestSettings.LONG);

        stream.close();
        Failing.with(EngineException.Failed.class, "ENGINE_BROKE_OFF", stream.write(PIECE));
        StepVerifier.create(stream.finish()).expectComplete().verify(TestSettings.LONG);
    }

    @Test
    void aSlowReaderStopsTheEngine() {
        AtomicLong sent = new AtomicLong();
        server.otherwise(connection -> {
            connection.drainBody();
            connection.write(SWITCHED);
            for (int i = 0; i < 1600; i++) {
                connection.write(PIECE);
                sent.addAndGet(PIECE.length);
            }
            connection.close();
        });
        HijackedStream stream = hijack(TestSettings.client(server));
        AtomicLong received = new AtomicLong();

        StepVerifier.create(stream.input().doOnNext(bytes -> received.addAndGet(bytes.length)), 1)
                .expectNextCount(1)
                .then(() -> awaitStandstill(sent))
                .then(() -> assertThat(sent.get() - received.get()).isLessThan(2L << 20))
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(_ -> true)
                .expectComplete()
                .verify(TestSettings.LONG);

        assertThat(received).hasValue(1600L * PIECE.length);
    }

    @Test
    void whatBreaksInTheMiddleIsAFailure() throws IOException {
        server.close();
        server = ScriptedServer.onTcp();
        CountDownLatch heard = new CountDownLatch(1);
        server.otherwise(connection -> {
            connection.drainBody();
            connection.write(SWITCHED + "begin");
            await(heard);
            connection.reset();
        });

        StepVerifier.create(hijack(TestSettings.client(server)).input().map(HijackTest::text))
                .expectNext("begin")
                .then(heard::countDown)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(
                                EngineException.Failed.class,
                                named -> assertThat(named.code()).isEqualTo("ENGINE_BROKE_OFF")))
                .verify(TestSettings.LONG);
    }

    @Test
    void silenceIsNoFault() {
        CountDownLatch later = new CountDownLatch(1);
        server.otherwise(connection -> {
            connection.drainBody();
            connection.write(SWITCHED);
            await(later);
            connection.write("late");
            connection.close();
        });
        EngineHttpClient client = TestSettings.of(server.uri())
                .idleAtMost(TestSettings.SHORT)
                .answerWithin(Duration.ofSeconds(1))
                .client();

        StepVerifier.create(hijack(client).input().map(HijackTest::text))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(1500))
                .then(later::countDown)
                .expectNext("late")
                .expectComplete()
                .verify(TestSettings.LONG);
    }

    @Test
    void aStreamThatNobodyTouchesIsGivenUp() {
        server.otherwise(Script.rawThenSilence(SWITCHED));

        HijackedStream lost = hijack(
                TestSettings.of(server.uri()).idleAtMost(TestSettings.SHORT).client());

        server.awaitOpenConnections(0);
        assertThat(text(lost)).isEmpty();
    }

    @Test
    void cancellingWhileTheEngineThinksClosesTheConnection() {
        server.otherwise(Script.silence());

        StepVerifier.create(TestSettings.client(server).hijack(START))
                .expectSubscription()
                .then(() -> server.awaitRequests(1))
                .thenCancel()
                .verify(TestSettings.LONG);

        server.awaitOpenConnections(0);
    }

    @Test
    void callsGivenUpAtAnyMomentLeaveNoConnectionAndNoPlaceTaken() {
        server.otherwise(Script.rawThenSilence(SWITCHED + "x"));
        EngineHttpClient client = TestSettings.of(server.uri()).hijacked(20).client();
        Random random = new Random(11);

        Flux.range(0, 1000)
                .flatMap(
                        _ -> client.hijack(START)
                                .doOnNext(answer ->
                                        ((Hijack.Granted) answer).stream().close())
                                .takeUntilOther(Mono.delay(Duration.ofNanos(random.nextInt(4_000_000)))),
                        15)
                .onErrorContinue(EngineException.Unavailable.class, (_, _) -> {})
                .blockLast(Duration.ofSeconds(60));

        server.awaitOpenConnections(0);
        List<HijackedStream> all =
                Flux.range(0, 20).map(_ -> hijack(client)).collectList().block(TestSettings.LONG);
        assertThat(all).hasSize(20).allSatisfy(HijackedStream::close);
    }

    @Test
    void takenConnectionsHaveABoundOfTheirOwn() {
        server.otherwise(Script.rawThenSilence(SWITCHED)).on("GET /small", Script.ok("small"));
        EngineHttpClient client =
                TestSettings.of(server.uri()).connections(1).hijacked(2).client();
        HijackedStream first = hijack(client);
        HijackedStream second = hijack(client);

        Failing.with(EngineException.Unavailable.class, "ENGINE_BUSY", client.hijack(START));
        assertThat(client.request(EngineRequest.get("/small"))
                        .map(EngineReply::text)
                        .block(TestSettings.LONG))
                .isEqualTo("small");

        first.close();
        server.awaitOpenConnections(2);
        hijack(client).close();
        second.close();
        client.close().block(TestSettings.LONG);
    }

    @Test
    void closingTheClientEndsEveryStreamWithAFailure() {
        server.otherwise(Script.rawThenSilence(SWITCHED + "x"));
        EngineHttpClient client = TestSettings.client(server);

        StepVerifier.create(hijack(client).input())
                .expectNextCount(1)
                .then(() -> client.close().block(TestSettings.LONG))
                .expectErrorSatisfies(failure -> assertThat(failure).isInstanceOf(EngineException.Unavailable.class))
                .verify(TestSettings.LONG);

        Failing.with(EngineException.Unavailable.class, "ENGINE_UNREACHABLE", client.hijack(START));
    }

    @Test
    void overTlsTheEndOfInputIsToldAndOutputGoesOn() throws IOException {
        TestPki pki = new TestPki("engines");
        server.close();
        server = ScriptedServer.onTls(pki.server(pki.issue("engine", "127.0.0.1")), false)
                .otherwise(Hijacked.countingUntilTheEnd());
        HijackedStream stream =
                hijack(TestSettings.of(server.uri()).trust(pki.trust()).client());

        Flux.range(0, 64)
                .concatMap(_ -> stream.write(PIECE))
                .then(stream.finish())
                .block(TestSettings.LONG);

        assertThat(text(stream)).isEqualTo("after %d".formatted(64L * PIECE.length));
    }

    /** Scripts of an engine that has switched. */
    private static final class Hijacked {
        static Script countingUntilTheEnd() {
            return connection -> {
                connection.drainBody();
                connection.write(SWITCHED);
                count(connection);
            };
        }

        static void count(ScriptedConnection connection) throws IOException {
            InputStream input = connection.rawInput();
            long count = input.transferTo(OutputStream.nullOutputStream());
            connection.write("after " + count);
            connection.close();
        }

        static void tellWords(ScriptedConnection connection) throws IOException {
            String sent = new String(connection.rawInput().readAllBytes(), StandardCharsets.UTF_8);
            connection.write(sent.replace("\0", ""));
            connection.close();
        }
    }

    private static HijackedStream hijack(EngineHttpClient client) {
        return client.hijack(START)
                .map(answer -> ((Hijack.Granted) answer).stream())
                .blockOptional(TestSettings.LONG)
                .orElseThrow();
    }

    private static void await(CountDownLatch latch) {
        await(latch, TestSettings.LONG);
    }

    private static void await(CountDownLatch latch, Duration bound) {
        try {
            var _ = latch.await(bound.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
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
                        boolean still = now == last && now > 0;
                        last = now;
                        return still;
                    }
                });
    }

    private static String text(HijackedStream stream) {
        return String.join(
                "",
                stream.input()
                        .map(HijackTest::text)
                        .collectList()
                        .blockOptional(TestSettings.LONG)
                        .orElseThrow());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
