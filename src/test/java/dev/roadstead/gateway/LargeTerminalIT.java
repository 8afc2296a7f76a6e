package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.net.http.HttpRequest.BodyPublishers;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More than the gateway's memory passes through a terminal, both ways at once, to a client that stops reading again and again. */
@RequiresLab("docker")
class LargeTerminalIT {
    private static final int PIECE = 32 << 10;
    private static final long LARGE = 200L << 20;
    private static final String MAXIMUM_HEAP = "128m";
    private static final long HEAP = 80L << 20;
    /** What may be under way: buffers of sockets, of pipes and of the gateway. */
    private static final long UNDER_WAY = 24L << 20;

    private static final int STOPS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @ParameterizedTest(name = "binary: {0}")
    @ValueSource(booleans = {true, false})
    @Timeout(value = 6, unit = TimeUnit.MINUTES)
    void twoHundredMegabytesGoThroughCatAndBackUnchangedAndTheHeapStaysSmall(boolean binary) throws Exception {
        try (GatewayProcess gateway =
                GatewayProcess.start(Map.of("engine", Lab.docker().toString()), MAXIMUM_HEAP)) {
            String name = "roadstead-test-large-" + UUID.randomUUID();
            gateway.client().json("POST", "/v1/containers", BodyPublishers.ofString("""
                    {"engine":"engine","name":"%s","image":"busybox:latest","pull":"never","start":true,
                     "command":["sleep","900"]}""".formatted(name)));
            try {
                TerminalClient terminal = TerminalClient.open(
                                gateway.client(),
                                "/v1/ws/engine:%s?mode=shell&command=cat".formatted(name),
                                binary,
                                false)
                        .join();
                terminal.read(1);
                assertThat(terminal.next().type()).isEqualTo("started");
                there(gateway, terminal);
            } finally {
                gateway.client()
                        .json("DELETE", "/v1/containers/engine:%s?force=true".formatted(name), BodyPublishers.noBody());
            }
        }
    }

    private static void there(GatewayProcess gateway, TerminalClient terminal) throws Exception {
        AtomicLong sent = new AtomicLong();
        MessageDigest outgoing = MessageDigest.getInstance("SHA-256");
        CompletableFuture<Void> sending = CompletableFuture.runAsync(
                () -> send(terminal, sent, outgoing),
                command -> Thread.ofPlatform().start(command));
        MessageDigest incoming = MessageDigest.getInstance("SHA-256");
        long came = 0;
        for (int stop = 1; stop <= STOPS; stop++) {
            assertThat(stuck(sent) - came).as("bytes under way").isLessThan(UNDER_WAY);
            assertThat(gateway.usedHeap()).as("heap while nobody reads").isLessThan(HEAP);
            assertThat(sending).isNotDone();
            came += read(terminal, LARGE * stop / STOPS - (stop == STOPS ? 0 : UNDER_WAY) - came, incoming);
        }
        sending.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(came).isEqualTo(LARGE);
        assertThat(incoming.digest()).isEqualTo(outgoing.digest());
        terminal.say("{'type':'eof'}").join();
        terminal.read(1);
        assertThat(terminal.next().body().at("/code").asInt(-1)).isZero();
        terminal.read(1);
        assertThat(terminal.closed().get()).isEqualTo(1000);
    }

    /** Waits until nothing more can be sent; tells how much was. */
    private static long stuck(AtomicLong sent) {
        AtomicLong before = new AtomicLong(-1);
        Awaitility.await("the sender is held up")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(700))
                .until(() -> before.getAndSet(sent.get()) == sent.get());
        return sent.get();
    }

    private static void send(TerminalClient terminal, AtomicLong sent, MessageDigest digest) {
        SplittableRandom random = new SplittableRandom(42);
        byte[] piece = new byte[PIECE];
        while (sent.get() < LARGE) {
            random.nextBytes(piece);
            digest.update(piece);
            terminal.type(piece.clone()).join();
            sent.addAndGet(PIECE);
        }
    }

    private static long read(TerminalClient terminal, long wanted, MessageDigest digest) throws InterruptedException {
        long read = 0;
        while (read < wanted) {
            terminal.read(1);
            TerminalClient.Frame frame = terminal.next();
            assertThat(frame.type()).isEqualTo("stdout");
            digest.update(frame.data());
            read += frame.data().length;
        }
        return read;
    }
}
