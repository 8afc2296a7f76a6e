package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.TestPki;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
    private final TestPki pki = new TestPki("house");
    private final int dockerPort = freePort();
    private final int lxdPort = freePort();
    private RunningGateway gateway;

    @BeforeAll
    void start() throws IOException {
        TestPki.Identity server = pki.issue("gateway", "localhost", "127.0.0.1");
        TestPki.Identity client = pki.issue("client");
        Path docker = Files.createDirectory(folder.resolve("docker-tls"));
        Files.writeString(docker.resolve("ca.pem"), pki.caPem());
        Files.writeString(docker.resolve("cert.pem"), client.certificatePem());
        Files.writeString(docker.resolve("key.pem"), client.keyPem());
        Path lxc = Files.createDirectory(folder.resolve("lxc"));
        Files.writeString(lxc.resolve("client.crt"), client.certificatePem());
        Files.writeString(lxc.resolve("client.key"), client.keyPem());
        gateway = RunningGateway.start(
                Map.of(
                        "docker", Lab.docker().toString(),
                        "podman", Lab.podman().toString(),
                        "lxd", Lab.lxd().toString(),
                        "docker-tls", Lab.docker().toString(),
                        "lxd-tls", Lab.lxd().toString()),
                "roadstead.monitoring.interval=1h",
                "roadstead.engines.podman.kind=podman",
                "roadstead.engines.lxd.kind=lxd",
                "roadstead.engines.docker.listen=unix://" + folder.resolve("docker.sock"),
                "roadstead.engines.podman.listen=unix://" + folder.resolve("podman.sock"),
                "roadstead.engines.lxd.listen=unix://" + folder.resolve("unix.socket"),
                "roadstead.engines.docker-tls.listen=https://127.0.0.1:" + dockerPort,
                "roadstead.engines.docker-tls.listen-bundle=door",
                "roadstead.engines.lxd-tls.kind=lxd",
                "roadstead.engines.lxd-tls.listen=https://127.0.0.1:" + lxdPort,
                "roadstead.engines.lxd-tls.listen-bundle=door",
                "spring.ssl.bundle.pem.door.keystore.certificate=" + server.certificatePem(),
                "spring.ssl.bundle.pem.door.keystore.private-key=" + server.keyPem(),
                "spring.ssl.bundle.pem.door.truststore.certificate=" + pki.caPem());
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

    @Test
    void dockersOwnClientWorksByItsCertificate() throws IOException {
        List<String> tls = List.of(
                DOCKER,
                "--tlsverify",
                "--tlscacert=" + folder.resolve("docker-tls/ca.pem"),
                "--tlscert=" + folder.resolve("docker-tls/cert.pem"),
                "--tlskey=" + folder.resolve("docker-tls/key.pem"),
                "-H",
                "tcp://127.0.0.1:" + dockerPort);

        assertThat(ran(with(tls, "run", "--rm", "--name", prefix + "-tls", "busybox", "echo", "hello")))
                .isEqualTo("hello\n");
    }

    @Test
    void lxdsOwnClientWorksByItsCertificate() throws IOException {
        String name = "gw:" + prefix;
        ran("lxc", "remote", "add", "gw", "https://127.0.0.1:" + lxdPort, "--accept-certificate");
        try {
            ran("lxc", "launch", "gw:busybox", name);
            assertThat(ran("lxc", "exec", name, "--", "sh", "-c", "echo in it")).isEqualTo("in it\n");
            assertThat(ran("lxc", "list", "gw:", "--format", "csv", "-c", "ns")).contains(prefix + ",RUNNING");
        } finally {
            ran("lxc", "delete", "--force", name);
        }
    }

    private static String[] with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Arrays.stream(more)).toArray(String[]::new);
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
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
