package dev.roadstead.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.roadstead.config.EngineDiscovery.Found;
import dev.roadstead.config.EngineDiscovery.FoundEngine;
import dev.roadstead.engine.EngineKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineDiscoveryTest {
    @TempDir
    private Path root;

    @Test
    void dockersSocketIsFound() throws IOException {
        Path socket = root.resolve("var/run/docker.sock");
        try (ServerSocketChannel _ = listen(socket)) {
            assertThat(look(Map.of()).engines())
                    .containsExactly(new FoundEngine("local", EngineKind.DOCKER, URI.create("unix://" + socket)));
        }
    }

    @Test
    void aSocketNobodyListensOnIsMentionedButNotUsed() throws IOException {
        listen(root.resolve("var/run/docker.sock")).close();
        Found found = look(Map.of());
        assertThat(found.engines()).isEmpty();
        assertThat(found.notes()).singleElement().asString().contains("docker.sock", "cannot be reached");
    }

    @Test
    void dockerHostWinsOverTheUsualPlace() throws IOException {
        try (ServerSocketChannel _ = listen(root.resolve("var/run/docker.sock"));
                ServerSocketChannel _ = listen(root.resolve("other.sock"))) {
            URI uri = URI.create("unix://" + root.resolve("other.sock"));
            assertThat(look(Map.of("DOCKER_HOST", uri.toString())).engines())
                    .containsExactly(new FoundEngine("local", EngineKind.DOCKER, uri));
        }
    }

    @Test
    void dockerHostMayBeATcpAddress() throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String uri = "tcp://127.0.0.1:%d".formatted(listening.getLocalPort());
            assertThat(look(Map.of("DOCKER_HOST", uri)).engines())
                    .containsExactly(new FoundEngine("local", EngineKind.DOCKER, URI.create(uri)));
        }
    }

    @Test
    void whatCannotBeUsedOfDockerHostIsSaid() {
        assertThat(look(Map.of("DOCKER_HOST", "ssh://user@host")).notes())
                .singleElement()
                .asString()
                .contains("ssh");
        assertThat(look(Map.of("DOCKER_HOST", "tcp://host:2376", "DOCKER_TLS_VERIFY", "1"))
                        .notes())
                .singleElement()
                .asString()
                .contains("tls.bundle");
        assertThat(look(Map.of("DOCKER_HOST", "tcp://bob:hunter2@127.0.0.1:1")).notes())
                .singleElement()
                .asString()
                .contains("user information")
                .doesNotContain("hunter2");
        assertThat(look(Map.of("DOCKER_HOST", "not an address")).notes())
                .singleElement()
                .asString()
                .contains("DOCKER_HOST");
    }

    @Test
    void everyFamilyIsFoundAtItsUsualPlace() throws IOException {
        Path mine = root.resolve("run/user/1000");
        try (ServerSocketChannel _ = listen(root.resolve("var/run/docker.sock"));
                ServerSocketChannel _ = listen(root.resolve("run/podman/podman.sock"));
                ServerSocketChannel _ = listen(mine.resolve("podman/podman.sock"));
                ServerSocketChannel _ = listen(root.resolve("var/lib/lxd/unix.socket"));
                ServerSocketChannel _ = listen(root.resolve("var/lib/incus/unix.socket"))) {
            Found found = look(Map.of("XDG_RUNTIME_DIR", mine.toString()));
            assertThat(found.engines())
                    .extracting(FoundEngine::name, FoundEngine::kind)
                    .containsExactly(
                            tuple("local", EngineKind.DOCKER),
                            tuple("podman", EngineKind.PODMAN),
                            tuple("podman-user", EngineKind.PODMAN),
                            tuple("lxd", EngineKind.LXD),
                            tuple("incus", EngineKind.INCUS));
            assertThat(found.notes()).isEmpty();
        }
    }

    @Test
    void aDockerSocketThatLeadsToPodmanIsNotASecondEngine() throws IOException {
        Path podman = root.resolve("run/podman/podman.sock");
        Files.createDirectories(root.resolve("var/run"));
        Files.createSymbolicLink(root.resolve("var/run/docker.sock"), podman);
        try (ServerSocketChannel _ = listen(podman)) {
            assertThat(look(Map.of()).engines())
                    .containsExactly(new FoundEngine("podman", EngineKind.PODMAN, URI.create("unix://" + podman)));
        }
    }

    @Test
    void anEngineThatDoesNotAnswerTheDoorIsMentionedButNotUsed() throws IOException {
        listen(root.resolve("var/lib/incus/unix.socket")).close();
        Found found = look(Map.of());
        assertThat(found.engines()).isEmpty();
        assertThat(found.notes()).singleElement().asString().contains("incus", "cannot be reached");
    }

    @Test
    void nothingThereIsNothingFound() {
        assertThat(look(Map.of())).isEqualTo(new Found(List.of(), List.of()));
    }

    private Found look(Map<String, String> environment) {
        return new EngineDiscovery(environment, root).look();
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        Files.createDirectories(socket.getParent());
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(socket));
        return channel;
    }
}
