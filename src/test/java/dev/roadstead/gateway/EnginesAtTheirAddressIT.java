package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.NoLeaks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tools that know no path before an engine's own, at addresses of the engines' own. */
@RequiresLab({"docker", "podman", "lxd"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class EnginesAtTheirAddressIT {
    private static final int SECONDS = 120;

    /** Of Debian: it has BuildKit's client within. */
    private static final String DOCKER = "/usr/bin/docker";

    @TempDir
    private static Path folder;

    private final String prefix =
            "roadstead-test-address-" + UUID.randomUUID().toString().substring(0, 8);
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        gateway = RunningGateway.start(
                Map.of(
                        "docker", Lab.docker().toString(),
                        "podman", Lab.podman().toString(),
                        "lxd", Lab.lxd().toString()),
                "roadstead.monitoring.interval=1h",
                "roadstead.engines.podman.kind=podman",
                "roadstead.engines.lxd.kind=lxd",
                "roadstead.engines.docker.listen=unix://" + folder.resolve("docker.sock"),
                "roadstead.engines.podman.listen=unix://" + folder.resolve("podman.sock"),
                "roadstead.engines.lxd.listen=unix://" + folder.resolve("unix.socket"));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void buildKitBuilds() throws IOException {
        Path context = Files.createDirectory(folder.resolve("context"));
        Files.writeString(context.resolve("Dockerfile"), "FROM busybox\nCOPY note /note\nRUN cat /note > /copy\n");
        Files.writeString(context.resolve("note"), prefix);
        try {
            ran(DOCKER, "build", "-t", prefix, context.toString());
            assertThat(ran(DOCKER, "run", "--rm", prefix, "cat", "/copy")).isEqualTo(prefix);
        } finally {
            ran(DOCKER, "rmi", "-f", prefix);
        }
    }

    @Test
    void podmansOwnClientWorks() throws IOException {
        String url = "unix://" + folder.resolve("podman.sock");

        assertThat(ran("podman", "--remote", "--url", url, "run", "--rm", "busybox", "echo", "hello"))
                .contains("hello");
        assertThat(ran("podman", "--remote", "--url", url, "info", "--format", "{{.Host.OS}}"))
                .isEqualTo("linux\n");
    }

    @Test
    void lxdsOwnClientWorks() throws IOException {
        assertThat(ran("lxc", "query", "/1.0")).contains("\"auth\": \"trusted\"");
        assertThat(ran("lxc", "list", "--format", "json")).startsWith("[");
        assertThat(ran("lxc", "profile", "list")).contains("default");
    }

    private static String ran(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(false);
        builder.environment().put("DOCKER_HOST", "unix://" + folder.resolve("docker.sock"));
        builder.environment().put("DOCKER_BUILDKIT", "1");
        builder.environment().put("LXD_DIR", folder.toString());
        builder.environment().put("LXD_CONF", folder.resolve("lxc").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        CompletableFuture<byte[]> out = new CompletableFuture<>();
        CompletableFuture<byte[]> err = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> complete(out, process.getInputStream()));
        Thread.ofVirtual().start(() -> complete(err, process.getErrorStream()));
        try {
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("did not end: " + Arrays.toString(command));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
        String text = new String(out.join(), StandardCharsets.UTF_8);
        assertThat(process.exitValue())
                .as(text + new String(err.join(), StandardCharsets.UTF_8))
                .isZero();
        return text;
    }

    private static void complete(CompletableFuture<byte[]> all, java.io.InputStream from) {
        try (from) {
            all.complete(from.readAllBytes());
        } catch (IOException failed) {
            all.completeExceptionally(failed);
        }
    }
}
