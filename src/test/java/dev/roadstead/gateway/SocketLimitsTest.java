package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.transport.NoLeaks;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Clients that say too much, too little or nonsense, read too slowly or not at all, or are gone without a word. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class SocketLimitsTest {
    private static final int MOST = 1 << 20;

    private RunningGateway gateway;
    private String container;

    @BeforeAll
    void start() {
        gateway = gateway();
        container = container(gateway);
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @AfterEach
    void nothingIsLeft() {
        within().until(() -> open(gateway) == 0);
        for (JsonNode exec : execs()) {
            gateway.delete("/v1/exec/" + text(exec, "exec_id"));
        }
    }

    private static RunningGateway gateway() {
        return RunningGateway.start(
                Map.of("local", "simulated:///"),
                "roadstead.sockets.ping-interval=300ms",
                "roadstead.sessions.lease=2s",
                "roadstead.sessions.most-per-user=4",
                "roadstead.monitoring.interval=1h");
    }

    private static String container(RunningGateway gateway) {
        return text(
                gateway.postJson(
                                "/v1/containers",
                                Map.of(
                                        "image",
                                        "busybox:latest",
                                        "command",
                                        List.of("sh", "-c", "while :; do sleep 1; done"),
                                        "start",
                                        true))
                        .json(),
                "cuid");
    }

    private final List<String> started = new ArrayList<>();

    private List<JsonNode> execs() {
        return started.stream().map(this::exec).toList();
    }

    private JsonNode exec(String id) {
        return gateway.get("/v1/exec/" + id).json();
    }

    private static String path(String container, String line) {
        return "/v1/ws/%s?mode=shell&command=%s".formatted(container, RunningGateway.encoded(line));
    }

    private SocketClient running(String line) {
        return SocketClient.open(gateway, path(container, line));
    }

    private String id(SocketClient client) {
        String id = text(client.next("started"), "exec_id");
        started.add(id);
        return id;
    }

    private static double open(RunningGateway gateway) {
        return gateway.get("/actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith("roadstead_sockets_open{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private void endedBy(String id, String why) {
        within().until(() -> !text(exec(id), "status").equals("running"));
        assertThat(text(exec(id), "ended")).isEqualTo(why);
    }

    private static void tooLarge(SocketClient client) {
        JsonNode error = client.next("error");
        assertThat(error.required("fatal").asBoolean()).isTrue();
        assertThat(text(error.required("error"), "error")).isEqualTo("payload_too_large");
        client.closed(1009);
    }

    @Test
    void aFrameThatIsTooLargeIsRefusedBeforeItHasCome() {
        try (SocketClient client = running("cat")) {
            id(client);
            // Its head tells its size; what follows is not waited for.
            client.raw(SocketClient.header(0x81, 10_000_000)).raw(new byte[1000]);
            tooLarge(client);
        }
    }

    @Test
    void aClientThatIsStillSendingAFrameThatIsTooLargeLearnsWhy() {
        try (SocketClient client = running("cat")) {
            id(client);
            client.send(SocketClient.TEXT, new byte[10_000_000]);
            tooLarge(client);
        }
    }

    @Test
    void aMessageInPiecesIsBoundedTheSame() {
        try (SocketClient client = running("cat")) {
            id(client);
            client.fragment(SocketClient.TEXT, new byte[600_000], false).fragment(0, new byte[600_000], true);
            tooLarge(client);
        }
    }

    @Test
    void aMessageMayComeInPieces() {
        byte[] first = "{\"type\":\"stdin\",\"data\":\"hel".getBytes(StandardCharsets.UTF_8);
        byte[] second = "lo\\n\"}".getBytes(StandardCharsets.UTF_8);
        try (SocketClient client = running("cat")) {
            id(client);
            client.fragment(SocketClient.TEXT, first, false)
                    .send(SocketClient.PING, new byte[] {1, 2, 3})
                    .fragment(0, second, true);
            assertThat(client.untilOutput("\n")).isEqualTo("hello\n");
        }
    }

    @Test
    void aMessageOfAMebibyteIsTaken() {
        try (SocketClient client = SocketClient.openBinary(gateway, path(container, "wc -c"))) {
            id(client);
            client.type(new byte[MOST - 1]).say("{'type':'eof'}");
            assertThat(client.untilOutput("\n").trim()).isEqualTo(String.valueOf(MOST - 1));
        }
    }

    @Test
    void aFrameThatIsNotMaskedBreaksTheProtocol() {
        try (SocketClient client = running("cat")) {
            id(client);
            client.raw(new byte[] {(byte) 0x81, 2, '{', '}'});
            client.closed(1002);
        }
    }

    @Test
    void clientsArePingedAndTheirPingsAnswered() throws Exception {
        try (SocketClient client = running("read x; echo got $x")) {
            id(client);
            client.send(SocketClient.PING, new byte[] {7});
            SocketClient.Frame frame = client.frame();
            while (frame.opcode() != SocketClient.PONG) {
                frame = client.frame();
            }
            assertThat(frame.payload()).containsExactly(7);
            for (int pings = 0; pings < 6; pings++) {
                assertThat(client.frame().opcode()).isEqualTo(SocketClient.PING);
                client.send(SocketClient.PONG, new byte[0]);
            }
            client.type("it\n");
            client.untilOutput("got it");
        }
    }

    @Test
    void aSilentClientIsLostAndItsProcessEndsWhenNobodyComesBack() {
        try (SocketClient client = running("sleep 300")) {
            String id = id(client);
            client.ignorePings();
            assertThat(client.ended()).isEqualTo(-1);
            endedBy(id, "lease_expired");
        }
    }

    @Test
    void aResetWithHalfAFrameBeginsTheLeaseToo() {
        String id;
        try (SocketClient client = running("yes")) {
            id = id(client);
            client.raw(SocketClient.header(0x81, 5000)).raw(new byte[100]);
            client.reset();
        }
        assertThat(text(exec(id), "status")).isEqualTo("running");
        endedBy(id, "lease_expired");
    }

    @Test
    void aClientThatReadsNothingStopsTheProcessAndIsNotTakenForLost() throws Exception {
        try (SocketClient client = SocketClient.openBinary(gateway, path(container, "yes"))) {
            String id = id(client);
            client.ignorePings();
            AtomicLong offset = new AtomicLong(-1);
            AtomicLong same = new AtomicLong();
            // Long enough for more than ten pings.
            within().pollInterval(java.time.Duration.ofMillis(250)).until(() -> {
                long now = exec(id).required("next_offset").asLong();
                return offset.getAndSet(now) == now ? same.incrementAndGet() >= 16 : same.getAndSet(0) < 0;
            });
            // What the kernel's buffers take, what is kept for who comes back, and a piece under way.
            assertThat(offset.get()).isLessThan(8L << 20);
            assertThat(text(exec(id), "status")).isEqualTo("running");

            long read = 0;
            while (read < offset.get() + (4 << 20)) {
                byte[] bytes = SocketClient.bytes(client.next());
                assertThat(bytes.length).isLessThanOrEqualTo(65_536);
                read += bytes.length;
            }
            client.say("{'type':'close'}");
            while (!text(client.next(), "type").equals("closed")) {
                // what was under way
            }
            endedBy(id, "closed");
        }
    }

    @Test
    void aClientThatSendsWhatNobodyReadsIsSlowedDownAndCanStillSayGoodbye() {
        AtomicLong sent = new AtomicLong();
        try (SocketClient client = SocketClient.openBinary(gateway, path(container, "echo ready; sleep 300"))) {
            String id = id(client);
            client.untilOutput("ready");
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                byte[] piece = new byte[50_000];
                while (sent.get() < 200L << 20) {
                    client.type(piece);
                    sent.addAndGet(piece.length);
                }
            });
            AtomicLong before = new AtomicLong(-1);
            AtomicLong same = new AtomicLong();
            within().pollInterval(java.time.Duration.ofMillis(250)).until(() -> {
                long now = sent.get();
                return before.getAndSet(now) == now ? same.incrementAndGet() >= 8 : same.getAndSet(0) < 0;
            });
            assertThat(sent.get()).isLessThan(16L << 20);
            assertThat(text(exec(id), "status")).isEqualTo("running");
            client.reset();
            assertThat(sending).failsWithin(10, TimeUnit.SECONDS);
            endedBy(id, "lease_expired");
        }
    }

    @Test
    void moreSessionsThanMayBeAreRefusedAtTheHandshake() {
        List<SocketClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                SocketClient client = running("cat");
                id(client);
                clients.add(client);
            }
            RunningGateway.Answer refused =
                    SocketClient.refused(gateway, path(container, "cat"), SocketClient.authorization(gateway));
            problem(refused, 429, "rate_limited", "TOO_MANY_SESSIONS");
            assertThat(refused.header("Retry-After")).isNotBlank();

            // A log that turns into a shell cannot know before.
            try (SocketClient log = SocketClient.open(gateway, "/v1/ws/" + container)) {
                log.next("started");
                log.type("x");
                JsonNode error = log.next("error");
                assertThat(error.required("fatal").asBoolean()).isTrue();
                assertThat(text(error.required("error"), "code")).isEqualTo("TOO_MANY_SESSIONS");
                log.closed(1013);
            }
        } finally {
            clients.forEach(client -> client.say("{'type':'close'}"));
            clients.forEach(client -> client.closed(1000));
            clients.forEach(SocketClient::close);
        }
    }

    @Test
    void anUpgradeThatIsNoneIsRefusedBeforeAnythingIsBegun() {
        String path = path(container, "cat");
        String upgrade = "Upgrade: websocket";
        String connection = "Connection: keep-alive, Upgrade";
        String key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

        RunningGateway.Answer old =
                SocketClient.plain(gateway, path, upgrade, connection, key, "Sec-WebSocket-Version: 8");
        problem(old, 426, "upgrade_required", "UNKNOWN_WEBSOCKET_VERSION");
        assertThat(old.header("Sec-WebSocket-Version")).isEqualTo("13");
        for (String bad : List.of("Sec-WebSocket-Key: short", "X-Nothing: x")) {
            problem(
                    SocketClient.plain(gateway, path, upgrade, connection, "Sec-WebSocket-Version: 13", bad),
                    400,
                    "validation_error",
                    "INVALID_SEC_WEBSOCKET_KEY");
        }
        assertThat(gateway.bean(dev.roadstead.session.ExecSessions.class).running())
                .isZero();
    }

    @Test
    void aGatewayThatStopsSaysSo() throws Exception {
        try (RunningGateway stopping = gateway()) {
            String its = container(stopping);
            try (SocketClient shell = SocketClient.open(stopping, path(its, "cat"));
                    SocketClient log = SocketClient.open(stopping, "/v1/ws/" + its);
                    SocketClient stuck = SocketClient.open(stopping, path(its, "yes"))) {
                shell.next("started");
                log.next("started");
                stuck.next("started");
                CompletableFuture<Void> stopped = CompletableFuture.runAsync(stopping::shutDown);
                for (SocketClient client : Arrays.asList(shell, log)) {
                    client.closed(1001);
                    client.sayClose(1001);
                }
                // Well below the 20 seconds that the server waits for answers that do not end.
                stopped.get(10, TimeUnit.SECONDS);
            }
        }
    }
}
