package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.CommandLine.Done;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.NoLeaks;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's own command line does through the proxy what it does at the daemon. */
@RequiresLab({"docker", "registry"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class DockerProxyIT {
    private static final int MEGABYTE = 1 << 20;
    private static final long LARGE = 1L << 30;
    private static final long HEAP = 300L << 20;

    @TempDir
    private static Path folder;

    private final String prefix =
            "roadstead-test-proxy-" + UUID.randomUUID().toString().substring(0, 8);
    private RunningGateway gateway;
    private CommandLine commands;
    private String running;

    @BeforeAll
    void start() throws IOException {
        gateway = RunningGateway.start(Map.of("local", Lab.docker().toString()), "roadstead.monitoring.interval=1h");
        Map<String, String> environment =
                new HashMap<>(DockerAddress.proxied(gateway, "local").environment(folder));
        // BuildKit knows no path before its own.
        environment.put("DOCKER_BUILDKIT", "0");
        commands = new CommandLine(environment);
        running = prefix + "-running";
        ok(docker("run", "-d", "--name", running, "busybox", "sh", "-c", "while true; do echo tick; sleep 0.2; done"));
    }

    @AfterAll
    void stop() throws IOException {
        try {
            Done left = docker("ps", "-aq", "--filter", "name=" + prefix);
            List<String> remove = new ArrayList<>(List.of("rm", "-fv"));
            remove.addAll(left.text().lines().toList());
            if (remove.size() > 2) {
                ok(docker(remove.toArray(String[]::new)));
            }
            docker("rmi", "-f", prefix);
        } finally {
            gateway.close();
        }
    }

    @Test
    void aContainersOutputAndExitCodeComeBack() throws IOException {
        Done done = docker("run", "--rm", "busybox", "sh", "-c", "echo out; echo err >&2; exit 7");

        assertThat(done.status()).isEqualTo(7);
        assertThat(done.text()).isEqualTo("out\n");
        assertThat(done.err()).contains("err");
    }

    @Test
    void inputEndsAndOutputGoesOn() throws IOException {
        Done done = docker(
                "a\nb\n".getBytes(StandardCharsets.UTF_8), "run", "--rm", "-i", "busybox", "sh", "-c", "cat; echo end");

        assertThat(done.text()).isEqualTo("a\nb\nend\n");
    }

    @Test
    void terminalsWork() throws IOException {
        assertThat(onTerminal("run --rm -it busybox sh -c 'test -t 0 && echo is-a-tty'"))
                .contains("is-a-tty");
        assertThat(onTerminal("exec -it %s sh -c 'test -t 1 && echo is-a-tty'".formatted(running)))
                .contains("is-a-tty");
    }

    @Test
    void fiftyMegabytesThroughExecAreTheSameBytes() throws IOException {
        byte[] bytes = new byte[50 * MEGABYTE];
        new Random(1).nextBytes(bytes);

        Done done = docker(bytes, "exec", "-i", running, "cat");

        assertThat(done.status()).as(done.err()).isZero();
        assertThat(Arrays.equals(done.out(), bytes)).isTrue();
    }

    @Test
    void aProcessThatReadsOnlyTheBeginningEndsInPeace() throws IOException {
        Done done = docker(new byte[5 * MEGABYTE], "exec", "-i", running, "head", "-c", "5");

        assertThat(done.status()).as(done.err()).isZero();
        assertThat(done.out()).hasSize(5);
    }

    @Test
    void whatHappensIsFollowed() throws Exception {
        assertThat(firstLine("logs", "-f", "--tail", "1", running)).isEqualTo("tick");
        assertThat(firstLine("attach", "--no-stdin", "--sig-proxy=false", running))
                .isEqualTo("tick");
        assertThat(firstLine("stats", "--format", "{{.Name}}", running)).contains(running);
        assertThat(ok(docker("stats", "--no-stream", "--format", "{{.Name}}", running))
                        .text())
                .contains(running);
        CompletableFuture<String> event = CompletableFuture.supplyAsync(() -> {
            try {
                return firstLine(
                        "events", "--filter", "container=%s-evented".formatted(prefix), "--format", "{{.Action}}");
            } catch (IOException failed) {
                throw new java.io.UncheckedIOException(failed);
            }
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    ok(docker("run", "--rm", "--name", prefix + "-evented", "busybox", "true"));
                    return event.isDone();
                });
        assertThat(event.get(1, TimeUnit.SECONDS)).isNotEmpty();
    }

    @Test
    void filesAreCopiedBothWays() throws IOException {
        byte[] bytes = new byte[3 * MEGABYTE + 1];
        new Random(2).nextBytes(bytes);
        Path in = Files.write(folder.resolve("in"), bytes);
        Path out = folder.resolve("out");

        ok(docker("cp", in.toString(), running + ":/copied"));
        ok(docker("cp", running + ":/copied", out.toString()));

        assertThat(Files.readAllBytes(out)).isEqualTo(bytes);
    }

    @Test
    void imagesAreBuiltSavedAndLoaded() throws IOException {
        Path context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nCOPY note /note\nRUN cat /note > /copy\n");
        Files.writeString(context.resolve("note"), "built here");
        Path saved = folder.resolve("saved.tar");

        assertThat(ok(docker("build", "-t", prefix, context.toString())).text()).contains("Successfully built");
        ok(docker("save", "-o", saved.toString(), prefix));
        ok(docker("rmi", "-f", prefix));
        ok(docker("load", "-i", saved.toString()));
        assertThat(ok(docker("run", "--rm", prefix, "cat", "/copy")).text()).isEqualTo("built here");
    }

    @Test
    void aPullTellsItsProgress() throws IOException {
        String reference = Lab.registry() + "/lab/layers:1";
        docker("rmi", "-f", reference);

        Done pulled = ok(docker("pull", reference));

        assertThat(pulled.text()).contains("Pull complete", "Status: Downloaded newer image");
        ok(docker("rmi", "-f", reference));
        assertThat(docker("pull", Lab.registry() + "/lab/none:1").status()).isNotZero();
    }

    @Test
    void waitingTellsTheExitCode() throws IOException {
        String name = prefix + "-waited";
        ok(docker("run", "-d", "--name", name, "busybox", "sh", "-c", "sleep 1; exit 3"));

        assertThat(ok(docker("wait", name)).text()).isEqualTo("3\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aGigabyteGoesInAndComesOutTheSameBytesAndTheHeapStaysSmall(boolean lengthIsKnown) throws Exception {
        String store = prefix + (lengthIsKnown ? "-store" : "-chunked");
        ok(docker("run", "-d", "--name", store, "busybox", "sh", "-c", "mkdir /store; sleep 600"));
        String path = "/v1/engines/local/proxy/v1.41/containers/%s/archive?path=/store".formatted(store);
        String digest = GeneratedTar.digest(GeneratedTar.ofSize(LARGE));
        long before = Heap.usedAfterCollection();
        GeneratedTar generated = GeneratedTar.ofSize(LARGE);
        Sampled tar = new Sampled(generated, LARGE);
        BodyPublisher chunks = BodyPublishers.ofInputStream(() -> tar);
        double splicedBefore = spliced();

        HttpResponse<String> put = gateway.client()
                .send(
                        gateway.request(
                                        "PUT",
                                        path,
                                        lengthIsKnown
                                                ? BodyPublishers.fromPublisher(chunks, generated.length())
                                                : chunks)
                                .timeout(Duration.ofMinutes(5))
                                .header("Content-Type", "application/x-tar")
                                .build(),
                        BodyHandlers.ofString());

        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);
        assertThat(tar.mostHeap() - before).as("heap on the way in").isLessThan(HEAP);
        if (lengthIsKnown) {
            assertThat(spliced() - splicedBefore).as("moved by the kernel").isGreaterThan(LARGE / 2.0);
        }
        assertThat(ok(docker("exec", store, "sha256sum", "/store/large")).text())
                .as("what the daemon was sent")
                .startsWith(digest);
        try (Sampled archive = new Sampled(gateway.open(path + "/large").body(), LARGE)) {
            assertThat(GeneratedTar.digest(archive)).isEqualTo(digest);
            assertThat(archive.mostHeap() - before).as("heap on the way out").isLessThan(HEAP);
        }
    }

    private double spliced() {
        return gateway.bean(MeterRegistry.class)
                .get("roadstead.proxy.spliced")
                .tag("engine", "local")
                .counter()
                .count();
    }

    private static Done ok(Done done) {
        assertThat(done.status()).as(done.text() + done.err()).isZero();
        return done;
    }

    private Done docker(String... arguments) throws IOException {
        return docker(new byte[0], arguments);
    }

    private Done docker(byte[] input, String... arguments) throws IOException {
        return commands.run(input, command(arguments));
    }

    private String firstLine(String... arguments) throws IOException {
        return commands.firstLine(command(arguments));
    }

    /** {@code script} (util-linux) gives it a terminal. */
    private String onTerminal(String arguments) throws IOException {
        return ok(commands.run(null, "script", "-qec", "docker " + arguments, "/dev/null"))
                .text();
    }

    private static String[] command(String... arguments) {
        return Stream.concat(Stream.of("docker"), Arrays.stream(arguments)).toArray(String[]::new);
    }
}
