package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large bodies of known length, which the raw proxy has the kernel move: nothing is lost, mixed up or left open, whoever leaves. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyLargeBodiesTest {
    private static final String FILE = "file";
    private static final String TCP = "tcp";
    private static final int BODY = 8 << 20;
    private static final long MUCH = 96L << 20;

    private final Map<String, ScriptedServer> engines =
            Map.of(FILE, ScriptedServer.onUnixSocket(), TCP, ScriptedServer.onTcp());
    private final GeneratedTar measure = GeneratedTar.ofSize(BODY);
    private String expected = "";
    private RunningGateway gateway;
    private long pipesBefore;

    @BeforeAll
    void start() throws IOException {
        expected = GeneratedTar.digest(GeneratedTar.ofSize(BODY));
        gateway = RunningGateway.start(
                Map.of(
                        FILE,
                        engines.get(FILE).uri().toString(),
                        TCP,
                        engines.get(TCP).uri().toString()),
                "roadstead.monitoring.interval=1h",
                "roadstead.engines.file.idle-timeout=2s");
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        for (ScriptedServer engine : engines.values()) {
            engine.close();
        }
    }

    @BeforeEach
    void look() throws IOException {
        engines.values().forEach(engine -> engine.otherwise(Script.ok("otherwise")));
        pipesBefore = pipes();
    }

    @AfterEach
    void nothingIsLeftOpen() {
        Awaitility.await().until(() -> pipes() == pipesBefore);
    }

    @ParameterizedTest
    @ValueSource(strings = {FILE, TCP})
    void anAnswerArrivesAsItWasSentAndTheConnectionsGoOn(String kind) throws IOException {
        double splicedBefore = spliced(kind);
        ScriptedServer engine = engines.get(kind);
        engine.on("GET /large", connection -> {
            connection.write(head(measure.length()));
            send(connection::write, GeneratedTar.ofSize(BODY));
        });
        try (RawClient client = new RawClient(gateway)) {
            int dialled = 0;
            for (int round = 0; round < 3; round++) {
                client.request("GET " + at(kind) + "/large");
                client.request("GET " + at(kind) + "/behind");
                client.readHead();
                assertThat(GeneratedTar.digest(new Bounded(client.input(), measure.length())))
                        .isEqualTo(expected);
                assertThat(client.readUntil("otherwise")).startsWith("HTTP/1.1 200 ");
                if (round == 0) {
                    dialled = engine.acceptedConnections();
                }
            }
            assertThat(engine.acceptedConnections()).isEqualTo(dialled);
        }
        assertThat(spliced(kind) - splicedBefore).isGreaterThan(3 * BODY / 2.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {FILE, TCP})
    void aRequestArrivesAsItWasSentAndTheConnectionsGoOn(String kind) throws Exception {
        double splicedBefore = spliced(kind);
        ScriptedServer engine = engines.get(kind);
        engine.on("PUT /large", connection -> {
            byte[] heard = GeneratedTar.digest(connection.body()).getBytes(StandardCharsets.ISO_8859_1);
            connection.write(head(heard.length));
            connection.write(heard);
        });
        try (RawClient client = new RawClient(gateway)) {
            for (int round = 0; round < 3; round++) {
                client.request("PUT " + at(kind) + "/large", "Content-Length: " + measure.length());
                send(client::send, GeneratedTar.ofSize(BODY));
                client.request("GET " + at(kind) + "/behind");
                assertThat(client.readUntil(expected)).startsWith("HTTP/1.1 200 ");
                assertThat(client.readUntil("otherwise")).contains("HTTP/1.1 200 ");
            }
        }
        assertThat(spliced(kind) - splicedBefore).isGreaterThan(3 * BODY / 2.0);
    }

    @ParameterizedTest
    @ValueSource(strings = {FILE, TCP})
    void answersOfAllKindsFollowEachOtherAndSoDoRequests(String kind) throws IOException {
        ScriptedServer engine = engines.get(kind);
        // Much is read at once behind it.
        String size = Integer.toHexString(BODY) + "\r\n";
        String end = "\r\n0\r\n\r\n";
        engine.on("GET /chunked", connection -> {
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size);
            connection.write(new byte[BODY]);
            connection.write(end);
        });
        String some = "s".repeat(400_000);
        engine.on("GET /known", connection -> connection.write(head(some.length()) + some));
        engine.on("POST /echo", connection -> {
            byte[] heard = connection.readBody();
            connection.write(head(heard.length));
            connection.write(heard);
        });
        byte[] said = "x".repeat(300_000).getBytes(StandardCharsets.ISO_8859_1);
        try (RawClient client = new RawClient(gateway)) {
            for (int round = 0; round < 5; round++) {
                client.request("GET " + at(kind) + "/chunked");
                client.request("GET " + at(kind) + "/known");
                client.request("POST " + at(kind) + "/echo", "Content-Length: 5")
                        .send("hello".getBytes(StandardCharsets.ISO_8859_1));
                client.request("GET " + at(kind) + "/known");
                client.readHead();
                client.input().skipNBytes(size.length() + BODY + end.length());
                client.readHead();
                assertThat(client.input().readNBytes(some.length())).containsOnly('s');
                client.readHead();
                assertThat(client.input().readNBytes(5)).isEqualTo("hello".getBytes(StandardCharsets.ISO_8859_1));
                client.readHead();
                assertThat(client.input().readNBytes(some.length())).containsOnly('s');
                client.request("POST " + at(kind) + "/echo", "Content-Length: " + said.length)
                        .send(said);
                client.request("GET " + at(kind) + "/behind");
                client.readHead();
                assertThat(client.input().readNBytes(said.length)).isEqualTo(said);
                assertThat(client.readUntil("otherwise")).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void aLargeRequestIsAnsweredThoughItsSenderSaysNoMore() throws IOException {
        engines.get(FILE).on("PUT /last", connection -> {
            byte[] heard = String.valueOf(connection.drainBody()).getBytes(StandardCharsets.ISO_8859_1);
            connection.write(head(heard.length));
            connection.write(heard);
        });
        for (int round = 0; round < 5; round++) {
            try (RawClient client = new RawClient(gateway)) {
                client.request("PUT " + at(FILE) + "/last", "Content-Length: " + measure.length());
                send(client::send, GeneratedTar.ofSize(BODY));
                client.finish();
                assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + measure.length());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FILE, TCP})
    void anEngineMayCloseRightBehindItsAnswer(String kind) throws IOException {
        engines.get(kind).on("GET /last", connection -> {
            connection.write(head(measure.length()));
            send(connection::write, GeneratedTar.ofSize(BODY));
            connection.close();
        });
        for (int round = 0; round < 5; round++) {
            try (RawClient client = new RawClient(gateway)) {
                client.request("GET " + at(kind) + "/last");
                client.readHead();
                assertThat(GeneratedTar.digest(new Bounded(client.input(), measure.length())))
                        .isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {FILE, TCP})
    void anAnswerThatBreaksOffIsNotTakenForWhole(String kind) throws IOException {
        engines.get(kind).on("GET /part", connection -> {
            connection.write(head(2 * measure.length()));
            send(connection::write, GeneratedTar.ofSize(BODY));
            connection.close();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + at(kind) + "/part");
            client.readHead();
            assertThatThrownBy(() -> GeneratedTar.digest(client.input())).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesIsMissedByTheEngine(boolean politely) throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        engines.get(FILE).on("GET /endless", connection -> {
            connection.write(head(MUCH));
            assertThatThrownBy(() -> flood(connection::write, new AtomicLong())).isInstanceOf(IOException.class);
            left.countDown();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + at(FILE) + "/endless");
            client.readHead();
            client.input().readNBytes(1 << 20);
            if (!politely) {
                client.reset();
            }
        }
        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aClientThatLeavesBehindItsRequestIsMissedByTheEngine() throws Exception {
        CountDownLatch most = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(1);
        engines.get(FILE).on("PUT /thinks", connection -> {
            connection.body().skipNBytes(BODY);
            most.countDown();
            connection.drainBody();
            connection.awaitClientClosed();
            left.countDown();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("PUT " + at(FILE) + "/thinks", "Content-Length: " + (BODY + 4));
            client.send(new byte[BODY]);
            await(most);
            client.send(new byte[4]);
            client.reset();
        }
        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSlowReaderSlowsTheEngineAndGetsAllOfIt() throws Exception {
        AtomicLong written = new AtomicLong();
        engines.get(TCP).on("GET /flood", connection -> {
            connection.write(head(MUCH));
            flood(connection::write, written);
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + at(TCP) + "/flood");
            client.readHead();
            awaitStandstill(written);
            assertThat(written.get()).isLessThan(24L << 20);
            // It is the kernel that holds what the client has not read.
            assertThat(pipes()).isGreaterThan(pipesBefore);
            client.input().skipNBytes(MUCH);
            client.request("GET " + at(TCP) + "/behind");
            assertThat(client.readUntil("otherwise")).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aSlowEngineSlowsTheClient() throws Exception {
        CountDownLatch reads = new CountDownLatch(1);
        engines.get(TCP).on("PUT /unread", connection -> {
            await(reads);
            byte[] heard = String.valueOf(connection.drainBody()).getBytes(StandardCharsets.ISO_8859_1);
            connection.write(head(heard.length));
            connection.write(heard);
        });
        AtomicLong written = new AtomicLong();
        try (RawClient client = new RawClient(gateway)) {
            client.request("PUT " + at(TCP) + "/unread", "Content-Length: " + MUCH);
            Thread writing = Thread.ofVirtual().start(() -> {
                try {
                    flood(client::send, written);
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            });
            awaitStandstill(written);
            assertThat(written.get()).isLessThan(48L << 20);
            assertThat(pipes()).isGreaterThan(pipesBefore);
            reads.countDown();
            assertThat(client.readUntil("\r\n\r\n" + MUCH)).startsWith("HTTP/1.1 200 ");
            writing.join();
        } finally {
            reads.countDown();
        }
    }

    @Test
    void whatStallsIsGivenUp() throws IOException {
        engines.get(FILE).on("GET /stalls", connection -> {
            connection.write(head(MUCH));
            send(connection::write, GeneratedTar.ofSize(BODY));
            connection.awaitClientClosed();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + at(FILE) + "/stalls");
            client.readHead();
            assertThatThrownBy(() -> GeneratedTar.digest(client.input())).isInstanceOf(SocketException.class);
        }
        engines.get(FILE).on("PUT /stalled", Script.ok("never"));
        try (RawClient client = new RawClient(gateway)) {
            client.request("PUT " + at(FILE) + "/stalled", "Content-Length: " + MUCH);
            send(client::send, GeneratedTar.ofSize(BODY));
            assertThat(client.readUntil("REQUEST_STALLED")).startsWith("HTTP/1.1 408 ");
        }
    }

    @Test
    void whatAnEngineSaysBehindItsAnswerIsNobodysAnswer() throws IOException {
        engines.get(FILE).on("GET /talks", connection -> {
            connection.write(head(BODY));
            connection.write(new byte[BODY - 4]);
            connection.write("tail" + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + at(FILE) + "/talks");
            client.request("GET " + at(FILE) + "/behind");
            client.readHead();
            client.input().skipNBytes(BODY - 4);
            assertThat(client.readUntil("otherwise"))
                    .startsWith("tailHTTP/1.1 200 ")
                    .doesNotContain("evil");
        }
    }

    @Test
    void aRefusedBodyIsReadNoFurther() throws IOException {
        engines.get(FILE).on("PUT /early", connection -> {
            connection.body().skipNBytes(1 << 20);
            connection.write("HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large");
            connection.close();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("PUT " + at(FILE) + "/early", "Content-Length: " + MUCH);
            send(client::send, GeneratedTar.ofSize(4 << 20));
            assertThat(client.readUntil("too large"))
                    .startsWith("HTTP/1.1 413 ")
                    .contains("Connection: close\r\n");
        }
    }

    private static String at(String kind) {
        return "/v1/engines/%s/proxy".formatted(kind);
    }

    private static String head(long length) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/x-tar\r\nContent-Length: %d\r\n\r\n".formatted(length);
    }

    /** Whoever takes bytes. */
    private interface Sending {
        void write(byte[] bytes) throws IOException;
    }

    private static void send(Sending to, InputStream what) throws IOException {
        // Of no size that anybody else has.
        byte[] piece = what.readNBytes(70_001);
        while (piece.length > 0) {
            to.write(piece);
            piece = what.readNBytes(70_001);
        }
    }

    private static void flood(Sending to, AtomicLong written) throws IOException {
        byte[] piece = new byte[64 * 1024];
        while (written.get() < MUCH) {
            to.write(piece);
            written.addAndGet(piece.length);
        }
    }

    private static void awaitStandstill(AtomicLong written) {
        AtomicLong before = new AtomicLong(-1);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(20))
                .until(() -> written.get() > 0 && before.getAndSet(written.get()) == written.get());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private double spliced(String kind) {
        return gateway.bean(MeterRegistry.class)
                .get("roadstead.proxy.spliced")
                .tag("engine", kind)
                .counter()
                .count();
    }

    /** Ends of pipes that this process has open. */
    private static long pipes() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(ProxyLargeBodiesTest::isPipe).count();
        }
    }

    private static boolean isPipe(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("pipe:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    /** The first so many bytes of another. */
    private static final class Bounded extends InputStream {
        private final InputStream all;
        private long left;

        Bounded(InputStream all, long length) {
            this.all = all;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            if (left == 0) {
                return -1;
            }
            int count = all.read(target, offset, (int) Math.min(wanted, left));
            if (count < 0) {
                throw new EOFException("%d bytes are missing".formatted(left));
            }
            left -= count;
            return count;
        }
    }
}
