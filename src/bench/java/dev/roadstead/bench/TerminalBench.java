package dev.roadstead.bench;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.roadstead.gateway.GatewayProcess;
import dev.roadstead.gateway.ScriptedDaemon;
import dev.roadstead.gateway.ScriptedExecs;
import dev.roadstead.gateway.TerminalClient;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * What terminals cost: 200 MB through {@code cat} and back, through the gateway and with {@code docker exec -i}, in alternating rounds of
 * one run, with the gateway's memory meanwhile; and the heap that open terminals take. Needs the docker CLI, the image {@code
 * busybox:latest} on the engine, and Linux. Environment: {@code ROADSTEAD_TEST_DOCKER} (else the usual socket).
 */
public final class TerminalBench {
    private static final int ROUNDS = 3;
    private static final int PIECE = 32 << 10;
    private static final long BYTES = 200L << 20;
    private static final double MEGABYTE = 1 << 20;
    private static final String HEAP = "128m";
    private static final int[] TERMINALS = {200, 500, 1000};
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

    private TerminalBench() {}

    /** Measures and prints. */
    public static void main(String[] arguments) throws IOException, InterruptedException, ExecutionException {
        ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
        URI docker = URI.create(System.getenv().getOrDefault("ROADSTEAD_TEST_DOCKER", "unix:///var/run/docker.sock"));
        System.out.printf(
                Locale.ROOT,
                "%s, %d cores, load before the run %s, JDK %s, gateway with -Xmx%s%n",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0],
                Runtime.version(),
                HEAP);
        throughput(docker);
        held();
        // The HTTP clients' threads need not end by themselves.
        System.exit(0);
    }

    private static void throughput(URI docker) throws IOException, InterruptedException, ExecutionException {
        String container = "roadstead-bench-" + UUID.randomUUID();
        run(docker, "run", "-d", "--rm", "--pull", "never", "--name", container, "busybox:latest", "sleep", "3600");
        try (GatewayProcess gateway = GatewayProcess.start(Map.of("engine", docker.toString()), HEAP)) {
            through(gateway, container, false);
            for (int round = 0; round < ROUNDS; round++) {
                System.out.printf(Locale.ROOT, "docker exec -i          %6.1f MB/s%n", direct(docker, container));
                through(gateway, container, true);
            }
        } finally {
            run(docker, "rm", "-f", container);
        }
    }

    private static double direct(URI docker, String container) throws IOException, InterruptedException {
        Process exec = new ProcessBuilder("docker", "-H", docker.toString(), "exec", "-i", container, "cat")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long begun = System.nanoTime();
        Thread writer = Thread.ofPlatform().start(() -> {
            try (OutputStream out = exec.getOutputStream()) {
                byte[] piece = noise();
                for (long written = 0; written < BYTES; written += PIECE) {
                    out.write(piece);
                }
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        });
        long came = 0;
        try (InputStream in = exec.getInputStream()) {
            byte[] piece = new byte[64 << 10];
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                came += read;
            }
        }
        writer.join();
        return rate(came, begun);
    }

    private static void through(GatewayProcess gateway, String container, boolean told)
            throws IOException, InterruptedException, ExecutionException {
        TerminalClient terminal = TerminalClient.open(
                        gateway.client(), "/v1/ws/engine:%s?mode=shell&command=cat".formatted(container), true, true)
                .get();
        terminal.next();
        AtomicLong resident = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        Thread watcher = Thread.ofPlatform().daemon().start(() -> {
            while (!ended.get()) {
                try {
                    resident.accumulateAndGet(gateway.residentBytes(), Math::max);
                } catch (IOException gone) {
                    return;
                }
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
        });
        long begun = System.nanoTime();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            byte[] piece = noise();
            for (long written = 0; written < BYTES; written += PIECE) {
                terminal.type(piece).join();
            }
            terminal.say("{'type':'eof'}").join();
        });
        long came = 0;
        for (TerminalClient.Frame frame = terminal.next(); frame.body() == null; frame = terminal.next()) {
            came += frame.data().length;
        }
        double rate = rate(came, begun);
        writing.get();
        ended.set(true);
        watcher.join();
        long heap = gateway.usedHeap();
        if (told) {
            System.out.printf(
                    Locale.ROOT,
                    "through the gateway     %6.1f MB/s   resident at most %.0f MB, heap afterwards %.0f MB%n",
                    rate,
                    resident.get() / MEGABYTE,
                    heap / MEGABYTE);
        }
        if (came != BYTES) {
            throw new IllegalStateException("%d bytes came".formatted(came));
        }
    }

    private static void held() throws IOException, InterruptedException, ExecutionException {
        try (ScriptedDaemon daemon = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
                GatewayProcess gateway = GatewayProcess.start(Map.of("engine", daemon.uri()), "512m")) {
            ScriptedExecs.in(daemon);
            List<TerminalClient> terminals = new ArrayList<>();
            open(gateway, terminals, 20);
            long before = gateway.usedHeap();
            int first = terminals.size();
            for (int count : TERMINALS) {
                open(gateway, terminals, count - terminals.size());
                long heap = gateway.usedHeap();
                double each = (heap - before) / (double) (count - first);
                System.out.printf(
                        Locale.ROOT,
                        "%5d terminals: heap %.1f MB, %.1f KB each, %.0f in 100 MB; resident %.0f MB%n",
                        count,
                        heap / MEGABYTE,
                        each / 1024,
                        100 * MEGABYTE / each,
                        gateway.residentBytes() / MEGABYTE);
            }
        }
    }

    /** Opens terminals in which something was typed and answered. */
    private static void open(GatewayProcess gateway, List<TerminalClient> terminals, int more)
            throws InterruptedException, ExecutionException {
        for (int i = 0; i < more; i++) {
            TerminalClient terminal = TerminalClient.open(
                            gateway.client(), "/v1/ws/engine:web?mode=shell&cols=80&rows=24", false, true)
                    .get();
            terminal.next();
            terminal.type("hello\r".getBytes(StandardCharsets.UTF_8)).get();
            terminal.until("hello");
            terminals.add(terminal);
        }
    }

    private static void run(URI docker, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("docker", "-H", docker.toString()));
        words.addAll(Arrays.asList(command));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(told);
        }
    }

    private static double rate(long bytes, long begun) {
        return bytes / MEGABYTE / ((System.nanoTime() - begun) / 1e9);
    }

    private static byte[] noise() {
        byte[] piece = new byte[PIECE];
        new SplittableRandom(1).nextBytes(piece);
        return piece;
    }
}
