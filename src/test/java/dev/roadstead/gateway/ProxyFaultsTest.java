package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedConnection;
import dev.roadstead.transport.ScriptedServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The raw proxy on days on which engines and clients behave badly. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProxyFaultsTest {
    private static final String AT = "/v1/engines/docker/proxy";
    private static final String RULED = "/v1/engines/ruled/proxy";
    private static final byte[] BODY = "hello".getBytes(StandardCharsets.ISO_8859_1);

    private ScriptedServer engine;
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        engine = ScriptedServer.onTcp();
        gateway = RunningGateway.start(
                Map.of(
                        "docker",
                        engine.uri().toString(),
                        "ruled",
                        engine.uri().toString(),
                        "away",
                        "unix:///nowhere/docker.sock",
                        "demo",
                        "simulated:///"),
                "roadstead.monitoring.interval=1h",
                "roadstead.engines.docker.idle-timeout=2s",
                "roadstead.proxy.answer-timeout=3s",
                "roadstead.engines.ruled.native-access.allow=GET /containers/**,GET /images/**,POST /exec/*/start",
                "roadstead.engines.ruled.native-access.deny=GET /containers/secret/**,* /images/*/history");
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        engine.close();
    }

    @BeforeEach
    void healthy() {
        engine.otherwise(Script.ok("otherwise"));
    }

    @Test
    void whatTheEngineSaysAndHearsIsWhatWasSaid() throws IOException {
        engine.on("POST /echo", connection -> {
            byte[] body = connection.readBody();
            connection.write(
                    "HTTP/1.1 299 Own Reason\r\nX-Own: a\r\nContent-Length: %d\r\n\r\n".formatted(body.length));
            connection.write(body);
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("POST " + AT + "/echo?a=%2F", "Content-Length: 5", "X-Request-Id: mine", "X-More: 1")
                    .send(BODY);
            assertThat(client.readUntil("hello"))
                    .startsWith("HTTP/1.1 299 Own Reason\r\nX-Own: a\r\n")
                    .contains("X-Request-Id: mine\r\n");
        }
        var heard = last("/echo");
        assertThat(heard.headers()).containsEntry("X-More", "1").doesNotContainKey("Authorization");
        assertThat(heard.headers().get("Host")).isEqualTo(engine.uri().getAuthority());
    }

    @Test
    void chunksAndTrailersGoBothWaysAsTheyAre() throws IOException {
        String chunks = "3;x=y\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n";
        engine.on("PUT /chunks", connection -> {
            byte[] raw = connection.rawInput().readNBytes(chunks.length());
            connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n");
            connection.write(raw);
            connection.close();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("PUT " + AT + "/chunks", "Transfer-Encoding: chunked", "Trailer: X-Sum")
                    .send(chunks.getBytes(StandardCharsets.ISO_8859_1));
            assertThat(client.readUntil("X-Sum: 1\r\n\r\n")).endsWith("\r\n\r\n" + chunks);
        }
    }

    @Test
    void requestsOfTheApiAndForEnginesShareAConnection() throws IOException {
        try (RawClient client = new RawClient(gateway)) {
            for (int round = 0; round < 20; round++) {
                client.request("GET /v1/engines/demo/ping");
                assertThat(client.readUntil("}")).contains("latency");
                client.request("GET " + AT + "/mixed");
                assertThat(client.readUntil("otherwise")).startsWith("HTTP/1.1 200");
            }
            // And without waiting for each other.
            for (int round = 0; round < 5; round++) {
                client.request("GET " + AT + "/mixed");
                client.request("GET /v1/engines/demo/ping");
                client.request("GET " + RULED + "/containers/json");
                client.request("POST /v1/engines/demo/prune", "Content-Length: 5")
                        .send(BODY);
            }
            for (int round = 0; round < 5; round++) {
                client.readUntil("otherwise");
                client.readUntil("latency");
                client.readUntil("otherwise");
                client.readUntil("HTTP/1.1 4");
                client.readUntil("details");
            }
        }
    }

    @Test
    void noByteOfWhoIsNotLetInReachesAnEngine() throws IOException {
        List<String> heads = List.of(
                "GET %s/unheard HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET %s/unheard HTTP/1.1\r\nHost: a\r\nAuthorization: Basic dGVzdGVyOndyb25n\r\n\r\n",
                "GET %s/unheard HTTP/1.1\r\nHost: a\r\nAuthorization: Basic !\r\n\r\n",
                "GET %s/unheard HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n",
                "GET %s/unheard HTTP/1.0\r\n\r\n",
                "POST %s/unheard HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
                "POST %s/unheard HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nGET /unheard HTTP/1.1\r\n\r\n",
                "GET %s/unheard HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n");
        for (String head : heads) {
            try (RawClient client = new RawClient(gateway)) {
                client.send(head.formatted(AT).getBytes(StandardCharsets.ISO_8859_1));
                assertThat(client.readHead()).as(head).containsPattern("^HTTP/1\\.1 (401|400|429) ");
            }
        }
        assertThat(engine.requests()).noneMatch(request -> request.path().contains("unheard"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5|Transfer-Encoding: chunked",
                "Content-Length: 5|Content-Length: 6",
                "Transfer-Encoding: chunked|Transfer-Encoding: identity",
                "Transfer-Encoding: xchunked",
                "Content-Length: 5| folded: x",
                "X-A: b\rGET /smuggled HTTP/1.1",
                "X-A: b\nGET /smuggled HTTP/1.1",
                "X-A: \u0000",
                "Host: other",
                "X-A : b"
            })
    void whatCouldBeTwoRequestsIsRefused(String lines) throws IOException {
        int before = passedOn();
        try (RawClient client = new RawClient(gateway)) {
            client.request("POST " + AT + "/smuggled", lines.split("\\|"))
                    .send("0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            String answer = client.readAll();
            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("MALFORMED_REQUEST");
            assertThat(answer.indexOf("HTTP/1.1", 1)).isEqualTo(-1);
        }
        assertThat(passedOn()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/containers/secret/json",
                "/v1.41/containers/secret/json",
                "/containers/%73ecret/json",
                "/containers/secret%2Fjson",
                "/containers/secret%2fjson",
                "/containers//secret/json",
                "//containers/secret/json",
                "/containers/x/../secret/json",
                "/containers/x/%2e%2e/secret/json",
                "/containers/x%2F..%2Fsecret/json",
                "/containers/%2573ecret/json",
                "/containers/secret/json/",
                "/containers/secret/./json",
                "/info",
                "/containers/../info",
                "/containers/..%2Finfo",
                "/containers/..;/info",
                "/images/a%2Fb/history"
            })
    void noPathGetsPastARule(String path) throws IOException {
        int before = passedOn();
        RunningGateway.Answer answer;
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + RULED + path);
            String head = client.readHead();
            assertThat(head).containsPattern("^HTTP/1\\.1 (403|400) ");
        }
        assertThat(passedOn()).isEqualTo(before);
        answer = gateway.get(RULED + "/images/a%2Fb/json");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(last("/images/a%2Fb/json").path()).isEqualTo("/images/a%2Fb/json");
    }

    @Test
    void whatFollowsARefusedUpgradeIsARequestOfItsOwn() throws IOException {
        engine.on("POST /exec/1/start", Script.json(409, "{\"message\":\"not running\"}"));
        int before = passedOn();
        try (RawClient client = new RawClient(gateway)) {
            client.request(
                            "POST " + RULED + "/exec/1/start",
                            "Connection: Upgrade",
                            "Upgrade: tcp",
                            "Content-Length: 2")
                    .send("{}GET /info HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(client.readUntil("not running\"}")).startsWith("HTTP/1.1 409 ");
            // Not for an engine at all by its own path, and without credentials.
            assertThat(client.readHead()).startsWith("HTTP/1.1 401 ");
        }
        assertThat(passedOn()).isEqualTo(before + 1);
    }

    @Test
    void theClientMayEndItsSideFirst() throws IOException {
        upgrading(connection -> {
            byte[] all = connection.rawInput().readAllBytes();
            connection.write("heard " + all.length);
            connection.close();
        });
        try (RawClient client = takeOver()) {
            client.send(new byte[300_000]).finish();
            assertThat(client.readAll()).isEqualTo("heard 300000");
        }
    }

    @Test
    void theEngineMayEndItsSideFirst() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        try (HalfClosing halfClosing = new HalfClosing(heard)) {
            try (RunningGateway own = RunningGateway.start(
                            Map.of("half", halfClosing.uri()), "roadstead.monitoring.interval=1h");
                    RawClient client = new RawClient(own)) {
                client.request("POST /v1/engines/half/proxy/x", "Connection: Upgrade", "Upgrade: tcp");
                assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
                assertThat(client.readAll()).isEqualTo("bye");
                client.send(BODY).finish();
                assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
                assertThat(halfClosing.heard()).isEqualTo("hello");
            }
        }
    }

    @Test
    void aResetOfTheEngineIsNoEnd() throws IOException {
        upgrading(connection -> {
            connection.write("part");
            connection.rawInput().readNBytes(1);
            connection.reset();
        });
        try (RawClient client = takeOver()) {
            client.readUntil("part");
            client.send(new byte[] {1});
            assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
        }
        engine.on("GET /until-end", connection -> {
            connection.write("HTTP/1.1 200 OK\r\n\r\npart");
            connection.clientClosesWithin(Duration.ofMillis(300));
            connection.reset();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/until-end");
            client.readUntil("part");
            assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void anAnswerWithoutLengthEndsWithTheConnection() throws IOException {
        engine.on("GET /until-end", Script.rawThenClose("HTTP/1.1 200 OK\r\n\r\nall of it"));
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/until-end");
            assertThat(client.readAll()).contains("Connection: close\r\n").endsWith("\r\n\r\nall of it");
        }
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForWhole() throws IOException {
        engine.on("GET /part", Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart"));
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/part");
            client.readUntil("part");
            assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesIsMissedByTheEngine(boolean politely) throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        engine.on("GET /endless", connection -> {
            connection.beginChunks(200, "application/json");
            connection.chunk(BODY);
            connection.awaitClientClosed();
            left.countDown();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/endless");
            client.readUntil("hello");
            if (!politely) {
                client.reset();
            }
        }
        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theEngineMayAnswerBeforeItHasReadTheRequest() throws IOException {
        engine.on(
                "PUT /early",
                connection -> connection.write(
                        "HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large"));
        try (RawClient client = new RawClient(gateway)) {
            client.request("PUT " + AT + "/early", "Content-Length: 50000000");
            client.send(new byte[100_000]);
            assertThat(client.readUntil("too large"))
                    .startsWith("HTTP/1.1 413 ")
                    .contains("Connection: close\r\n");
            // It is still allowed to say what it wanted to, and told of the end properly.
            client.send(new byte[200_000]);
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void expectIsAnsweredByTheEngine() throws IOException {
        engine.on("PUT /expected", connection -> {
            connection.write("HTTP/1.1 100 Continue\r\n\r\n");
            byte[] body = connection.readBody();
            connection.write("HTTP/1.1 201 Created\r\nContent-Length: %d\r\n\r\n".formatted(body.length));
            connection.write(body);
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("PUT " + AT + "/expected", "Content-Length: 5", "Expect: 100-continue");
            assertThat(client.readHead()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.send(BODY);
            assertThat(client.readUntil("hello")).startsWith("HTTP/1.1 201 ");
        }
    }

    @Test
    void answersWithoutABodyLeaveTheConnectionUsable() throws IOException {
        engine.on("HEAD /none", connection -> connection.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"));
        engine.on("GET /204", connection -> connection.write("HTTP/1.1 204 No Content\r\n\r\n"));
        engine.on("GET /304", connection -> connection.write("HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"));
        try (RawClient client = new RawClient(gateway)) {
            for (String request : List.of("HEAD %s/none", "GET %s/204", "GET %s/304")) {
                client.request(request.formatted(AT));
                assertThat(client.readHead()).startsWith("HTTP/1.1 ");
            }
            client.request("GET " + AT + "/after");
            client.readUntil("otherwise");
        }
    }

    @Test
    void aKeptConnectionThatIsDeadCostsNobodyAnAnswer() throws IOException {
        engine.on("GET /restarted", connection -> {
            // Closes without a word if it is not the first on its connection.
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfresh");
            ScriptedConnection same = connection;
            byte[] next = same.rawInput().readNBytes(1);
            assertThat(next).isNotNull();
            same.close();
        });
        try (RawClient client = new RawClient(gateway)) {
            for (int round = 0; round < 6; round++) {
                client.request("GET " + AT + "/restarted");
                client.readUntil("fresh");
            }
            // Neither one who says no more.
            client.request("GET " + AT + "/restarted").finish();
            client.readUntil("fresh");
        }
    }

    @Test
    void whatCannotBeRepeatedIsNot() throws IOException {
        AtomicLong times = new AtomicLong();
        engine.on("POST /once", connection -> {
            times.incrementAndGet();
            connection.close();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/warm");
            client.readUntil("otherwise");
            client.request("POST " + AT + "/once", "Content-Length: 0");
            assertThat(client.readHead()).startsWith("HTTP/1.1 502 ");
        }
        assertThat(times.get()).isEqualTo(1);
    }

    @Test
    void aSlowReaderSlowsTheEngine() throws Exception {
        AtomicLong written = new AtomicLong();
        engine.on("GET /flood", connection -> {
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
            byte[] piece = new byte[64 * 1024];
            while (written.get() < 1L << 30) {
                connection.write(piece);
                written.addAndGet(piece.length);
            }
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/flood");
            client.readHead();
            assertThat(whenItStandsStill(written, 24L << 20)).isLessThan(24L << 20);
            client.reset();
        }
    }

    @Test
    void aSlowEngineSlowsTheClientBehindARequestOfTheApiToo() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        engine.on("POST /exec/unread/start", connection -> {
            try {
                over.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET /v1/engines/demo/ping");
            client.readUntil("latency");
            // The kernel's buffers of two connections.
            long most = 48L << 20;
            assertThat(takenOfAGigabyte(client, most)).isLessThan(most);
        } finally {
            over.countDown();
        }
    }

    @Test
    void aClientIsSlowedWhileTheApiStillAnswersWhatItAskedBefore() throws Exception {
        int before = passedOn();
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET /v1/events");
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            // The kernel's buffers of one connection, of which next to nothing is read.
            long most = 16L << 20;
            assertThat(takenOfAGigabyte(client, most)).isLessThan(most);
        }
        assertThat(passedOn()).isEqualTo(before);
    }

    /** How much is taken of what is sent to an engine that reads nothing and may do so for long; then the client leaves. */
    private static long takenOfAGigabyte(RawClient client, long most) throws IOException, InterruptedException {
        long whole = 1L << 30;
        AtomicLong written = new AtomicLong();
        client.request("POST " + RULED + "/exec/unread/start", "Content-Length: " + whole);
        Thread writing = Thread.ofVirtual().start(() -> {
            byte[] piece = new byte[64 * 1024];
            try {
                while (written.get() < whole) {
                    client.send(piece);
                    written.addAndGet(piece.length);
                }
            } catch (IOException left) {
                // As it should be: the client leaves while it writes.
            }
        });
        long taken = whenItStandsStill(written, most);
        client.reset();
        writing.join();
        return taken;
    }

    /** How much was written when for a while nothing was, or when it was more than it may be at most. */
    private static long whenItStandsStill(AtomicLong written, long most) {
        AtomicLong before = new AtomicLong(-1);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(300))
                .during(Duration.ofSeconds(2))
                .atMost(Duration.ofSeconds(60))
                .until(() -> {
                    long now = written.get();
                    return now >= most || (now > 0 && before.getAndSet(now) == now);
                });
        return written.get();
    }

    @Test
    void whatAnEngineGivesUpWhenItsClientLeavesIsNotItsFailure() throws IOException {
        engine.on("GET /given-up", connection -> {
            connection.awaitClientClosed();
            connection.close();
        });
        double before = answers("none");
        double failures = answers("5xx");
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/given-up").finish();
            assertThat(client.readAll()).startsWith("HTTP/1.1 502 ");
        }
        assertThat(answers("none")).isEqualTo(before + 1);
        assertThat(answers("5xx")).isEqualTo(failures);
    }

    private double answers(String status) {
        return gateway.bean(MeterRegistry.class)
                .get("roadstead.proxy.requests")
                .tags("engine", "docker", "status", status)
                .counter()
                .count();
    }

    @Test
    void aWholeRequestIsAnsweredThoughItsSenderSaysNoMore() throws IOException {
        engine.on("POST /last", connection -> {
            byte[] body = connection.readBody();
            // Its connection is not kept: each request needs a new one, which it has to wait for.
            connection.write(
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 7\r\n\r\nheard %d".formatted(body.length));
            connection.close();
        });
        try (RunningGateway own =
                RunningGateway.start(Map.of("docker", engine.uri().toString()), "roadstead.monitoring.interval=1h")) {
            for (int round = 0; round < 20; round++) {
                try (RawClient client = new RawClient(own)) {
                    client.request("POST " + AT + "/last", "Content-Length: 5")
                            .send(BODY)
                            .finish();
                    assertThat(client.readAll()).startsWith("HTTP/1.1 200 ").endsWith("heard 5");
                }
            }
        }
    }

    @Test
    void aLineFeedBehindABodyIsNoEndOfALine() throws IOException {
        try (RawClient client = new RawClient(gateway)) {
            client.request("POST /v1/engines/demo/prune", "Content-Length: 1")
                    .send("\r\n".getBytes(StandardCharsets.ISO_8859_1));
            client.request("GET /v1/engines/demo/ping");
            client.readUntil("HTTP/1.1 4");
            client.readUntil("latency");
        }
    }

    @Test
    void nonsenseOfAnEngineIsNotPassedOn() {
        for (String nonsense : List.of(
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nX: " + "y".repeat(70_000) + "\r\n\r\n",
                "HTTP/1.1 200")) {
            engine.on("GET /nonsense", Script.rawThenClose(nonsense));
            assertThat(gateway.get(AT + "/nonsense").status()).isEqualTo(502);
        }
    }

    @Test
    void everyFailureIsAProblem() {
        assertProblem(gateway.get("/v1/engines/nobody/proxy/info"), 404, "NO_SUCH_ENGINE");
        assertProblem(gateway.get("/v1/engines/demo/proxy/info"), 501, "UNSUPPORTED");
        assertProblem(gateway.get("/v1/engines/away/proxy/info"), 503, "ENGINE_UNREACHABLE");
        assertProblem(gateway.get(RULED + "/info"), 403, "NATIVE_DENIED");
        assertProblem(gateway.post(AT + "/info", "Origin", "https://evil.example.com"), 403, "CROSS_SITE_REQUEST");
        engine.on("GET /silent", Script.silence());
        assertProblem(gateway.get(AT + "/silent"), 504, "ENGINE_TIMEOUT");
    }

    @Test
    void aTransferThatStallsIsGivenUp() throws IOException {
        engine.on("GET /stalls", connection -> {
            connection.beginChunks(200, "application/x-tar");
            connection.chunk(BODY);
            connection.awaitClientClosed();
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/stalls");
            client.readUntil("hello");
            assertThatThrownBy(client::readAll).isInstanceOf(SocketException.class);
        }
        engine.on("PUT /stalled", Script.ok("never"));
        try (RawClient client = new RawClient(gateway)) {
            client.request("PUT " + AT + "/stalled", "Content-Length: 100").send(BODY);
            assertThat(client.readAll()).startsWith("HTTP/1.1 408 ").contains("REQUEST_STALLED");
        }
    }

    /** What came through the proxy: the gateway looks at its engines by itself, too. */
    private int passedOn() {
        return (int) engine.requests().stream()
                .filter(request ->
                        !request.headers().getOrDefault("User-Agent", "").startsWith("ReactorNetty"))
                .count();
    }

    private void upgrading(Script then) {
        engine.on("POST /upgraded", connection -> {
            connection.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            then.play(connection);
        });
    }

    private RawClient takeOver() throws IOException {
        RawClient client = new RawClient(gateway);
        client.request("POST " + AT + "/upgraded", "Connection: Upgrade", "Upgrade: tcp");
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 UPGRADED\r\n").contains("Upgrade: tcp\r\n");
        return client;
    }

    private dev.roadstead.transport.ScriptedRequest last(String path) {
        return engine.requests().stream()
                .filter(request -> request.path().equals(path))
                .reduce((_, later) -> later)
                .orElseThrow();
    }

    private static void assertProblem(RunningGateway.Answer answer, int status, String code) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().path("code").asString()).isEqualTo(code);
        assertThat(answer.json().path("request_id").asString()).isEqualTo(answer.header("X-Request-Id"));
    }
}
