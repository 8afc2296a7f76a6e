package dev.roadstead.gateway;

import dev.roadstead.RoadsteadApplication;
import dev.roadstead.testing.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The gateway as a process of its own, whose memory and open files can be told from the test's. It dies if its memory does not suffice. */
public final class GatewayProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Process process;
    private final Path log;
    private final Client client;

    private GatewayProcess(Process process, Path log, URI base) {
        this.process = process;
        this.log = log;
        this.client = new Client(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), base, "tester", "correct horse");
    }

    /** Who talks to it. */
    public record Client(HttpClient http, URI base, String user, String password) {
        /** JSON of an answer that must be a success. */
        public JsonNode json(String method, String path, HttpRequest.BodyPublisher body) {
            try {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(base.resolve(path))
                                .header("Authorization", authorization())
                                .header("Content-Type", "application/json")
                                .timeout(PATIENCE)
                                .method(method, body)
                                .build(),
                        BodyHandlers.ofString());
                if (answer.statusCode() >= 300) {
                    throw new AssertionError("%s %s: %s".formatted(method, path, answer.body()));
                }
                return JSON.readTree(answer.body());
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(stopped);
            }
        }

        /** JSON of an answer. */
        public JsonNode get(String path) {
            return json("GET", path, HttpRequest.BodyPublishers.noBody());
        }

        String authorization() {
            return "Basic "
                    + Base64.getEncoder()
                            .encodeToString("%s:%s".formatted(user, password).getBytes(StandardCharsets.UTF_8));
        }
    }

    /**
     * Starts one and waits until it answers.
     *
     * @param engines URIs by name
     * @param heap as {@code -Xmx} takes it
     * @param settings as {@code key=value}
     */
    public static GatewayProcess start(Map<String, String> engines, String heap, String... settings)
            throws IOException {
        URI base = URI.create("http://127.0.0.1:" + FreePort.draw());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-classpath",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                RoadsteadApplication.class.getName(),
                "--server.address=127.0.0.1",
                "--server.port=" + base.getPort(),
                "--roadstead.audit.file=target/audit/actions.jsonl",
                "--roadstead.monitoring.interval=1h"));
        engines.forEach((name, uri) -> {
            command.add("--roadstead.engines.%s.uri=%s".formatted(name, uri));
            command.add("--roadstead.engines.%s.kind=%s"
                    .formatted(name, uri.startsWith("simulated:") ? "simulated" : "docker"));
        });
        Arrays.stream(settings).map(setting -> "--" + setting).forEach(command::add);
        Path log = Files.createTempFile("roadstead-gateway", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("APP_USER", "tester");
        builder.environment().put("APP_PASS", "correct horse");
        GatewayProcess gateway = new GatewayProcess(builder.start(), log, base);
        try {
            Awaitility.await("the gateway's start").atMost(PATIENCE).until(gateway::answers);
        } catch (RuntimeException late) {
            try (gateway) {
                throw new IllegalStateException(gateway.log(), late);
            }
        }
        return gateway;
    }

    /** A client for it. */
    public Client client() {
        return client;
    }

    /** How many sockets it has open. */
    public long openSockets() throws IOException {
        long sockets = 0;
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(Path.of("/proc", String.valueOf(process.pid()), "fd"))) {
            for (Path file : files) {
                try {
                    sockets += Files.readSymbolicLink(file).toString().startsWith("socket:") ? 1 : 0;
                } catch (NoSuchFileException closedMeanwhile) {
                    // Not open any more.
                }
            }
        }
        return sockets;
    }

    /** Bytes of its heap that are in use after a collection. */
    public long usedHeap() throws IOException, InterruptedException {
        String last = "";
        for (String line : jcmd("GC.class_histogram").split("\n", -1)) {
            if (line.startsWith("Total")) {
                last = line;
            }
        }
        return Long.parseLong(last.trim().split("\\s+", -1)[2]);
    }

    /** Bytes of memory that it holds. */
    public long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                << 10;
    }

    /** What it wrote. */
    public String log() throws IOException {
        return Files.readString(log);
    }

    /** Whether it still lives. */
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws IOException {
        client.http().close();
        process.destroy();
        try {
            if (!process.waitFor(40, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(log);
    }

    private boolean answers() throws IOException {
        if (!process.isAlive()) {
            throw new IllegalStateException(log());
        }
        try {
            return client.get("/healthz").has("status");
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    private String jcmd(String what) throws IOException, InterruptedException {
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        String.valueOf(process.pid()),
                        what)
                .redirectErrorStream(true)
                .start();
        String told = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException(told);
        }
        return told;
    }
}
