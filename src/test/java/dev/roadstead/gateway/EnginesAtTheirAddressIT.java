package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.testing.FreePort;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.TestPki;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
    /** Of Debian: it has BuildKit's client within. */
    private static final String DOCKER = "/usr/bin/docker";

    @TempDir
    private static Path folder;

    private final String prefix =
            "roadstead-test-address-" + UUID.randomUUID().toString().substring(0, 8);
    private final HouseDoor door = new HouseDoor();
    private final int dockerPort = FreePort.draw();
    private final int lxdPort = FreePort.draw();
    private RunningGateway gateway;
    private CommandLine commands;

    @BeforeAll
    void start() throws IOException {
        TestPki.Identity client = door.pki().issue("client");
        Path docker = Files.createDirectory(folder.resolve("docker-tls"));
        Files.writeString(docker.resolve("ca.pem"), door.pki().caPem());
        Files.writeString(docker.resolve("cert.pem"), client.certificatePem());
        Files.writeString(docker.resolve("key.pem"), client.keyPem());
        Path lxc = Files.createDirectory(folder.resolve("lxc"));
        InstanceClient.identify(lxc, client);
        commands = new CommandLine(Map.of(
                "DOCKER_HOST",
                "unix://" + folder.resolve("docker.sock"),
                "DOCKER_BUILDKIT",
                "1",
                "LXD_DIR",
                folder.toString(),
                "LXD_CONF",
                lxc.toString()));
        List<String> settings = new ArrayList<>(List.of(
                "roadstead.monitoring.interval=1h",
                "roadstead.engines.podman.kind=podman",
                "roadstead.engines.lxd.kind=lxd",
                "roadstead.engines.docker.listen=unix://" + folder.resolve("docker.sock"),
                "roadstead.engines.podman.listen=unix://" + folder.resolve("podman.sock"),
                "roadstead.engines.lxd.listen=unix://" + folder.resolve("unix.socket"),
                "roadstead.engines.docker-tls.listen=https://127.0.0.1:" + dockerPort,
                "roadstead.engines.docker-tls.listen-bundle=" + HouseDoor.BUNDLE,
                "roadstead.engines.lxd-tls.kind=lxd",
                "roadstead.engines.lxd-tls.listen=https://127.0.0.1:" + lxdPort,
                "roadstead.engines.lxd-tls.listen-bundle=" + HouseDoor.BUNDLE));
        settings.addAll(door.settings());
        gateway = RunningGateway.start(
                Map.of(
                        "docker", Lab.docker().toString(),
                        "podman", Lab.podman().toString(),
                        "lxd", Lab.lxd().toString(),
                        "docker-tls", Lab.docker().toString(),
                        "lxd-tls", Lab.lxd().toString()),
                settings.toArray(String[]::new));
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
            commands.ran(DOCKER, "build", "-t", prefix, context.toString());
            assertThat(commands.ran(DOCKER, "run", "--rm", prefix, "cat", "/copy"))
                    .isEqualTo(prefix);
        } finally {
            commands.ran(DOCKER, "rmi", "-f", prefix);
        }
    }

    @Test
    void podmansOwnClientWorks() throws IOException {
        String url = "unix://" + folder.resolve("podman.sock");

        assertThat(commands.ran("podman", "--remote", "--url", url, "run", "--rm", "busybox", "echo", "hello"))
                .contains("hello");
        assertThat(commands.ran("podman", "--remote", "--url", url, "info", "--format", "{{.Host.OS}}"))
                .isEqualTo("linux\n");
    }

    @Test
    void lxdsOwnClientWorks() throws IOException {
        assertThat(commands.ran("lxc", "query", "/1.0")).contains("\"auth\": \"trusted\"");
        assertThat(commands.ran("lxc", "list", "--format", "json")).startsWith("[");
        assertThat(commands.ran("lxc", "profile", "list")).contains("default");
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

        assertThat(commands.ran(with(tls, "run", "--rm", "--name", prefix + "-tls", "busybox", "echo", "hello")))
                .isEqualTo("hello\n");
    }

    @Test
    void lxdsOwnClientWorksByItsCertificate() throws IOException {
        new InstanceClient(commands, "lxc").worksByItsCertificateAt("https://127.0.0.1:" + lxdPort, prefix);
    }

    private static String[] with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Arrays.stream(more)).toArray(String[]::new);
    }
}
