package dev.roadstead.config;

import dev.roadstead.engine.EngineKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks for engines at their usual places, at start, when none is configured. */
final class EngineDiscovery {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** An engine that answers the door: under which name it is used, and where it listens. */
    record FoundEngine(String name, EngineKind kind, URI uri) {}

    /**
     * What was found.
     *
     * @param engines in the order of their likelihood to be the default
     * @param notes for the operator: what was found but is not used, and why
     */
    record Found(List<FoundEngine> engines, List<String> notes) {}

    private final Map<String, String> environment;
    private final Path root;

    /**
     * Looks below a root.
     *
     * @param environment {@code DOCKER_HOST}, {@code DOCKER_TLS_VERIFY} and {@code XDG_RUNTIME_DIR} are read
     */
    EngineDiscovery(Map<String, String> environment, Path root) {
        this.environment = environment;
        this.root = root;
    }

    Found look() {
        List<String> notes = new ArrayList<>();
        List<FoundEngine> engines = new ArrayList<>();
        URI docker = docker(notes);
        if (docker != null) {
            engines.add(new FoundEngine("local", EngineKind.DOCKER, docker));
        }
        look("podman", EngineKind.PODMAN, root.resolve("run/podman/podman.sock"), engines, notes);
        String runtime = environment.get("XDG_RUNTIME_DIR");
        if (runtime != null) {
            look("podman-user", EngineKind.PODMAN, Path.of(runtime, "podman/podman.sock"), engines, notes);
        }
        look("lxd", EngineKind.LXD, root.resolve("var/lib/lxd/unix.socket"), engines, notes);
        look("lxd-snap", EngineKind.LXD, root.resolve("var/snap/lxd/common/lxd/unix.socket"), engines, notes);
        look("incus", EngineKind.INCUS, root.resolve("var/lib/incus/unix.socket"), engines, notes);
        return new Found(List.copyOf(engines), List.copyOf(notes));
    }

    private static void look(String name, EngineKind kind, Path socket, List<FoundEngine> engines, List<String> notes) {
        if (!Files.exists(socket)) {
            return;
        }
        URI uri = ifOpen(kind, URI.create("unix://" + socket), notes);
        if (uri != null) {
            // A Docker socket may lead to Podman, whose containers would be there twice.
            engines.removeIf(other -> leadsTo(other.uri(), socket));
            engines.add(new FoundEngine(name, kind, uri));
        }
    }

    private static boolean leadsTo(URI uri, Path socket) {
        try {
            return "unix".equals(uri.getScheme()) && Files.isSameFile(Path.of(uri.getPath()), socket);
        } catch (IOException gone) {
            return false;
        }
    }

    private @Nullable URI docker(List<String> notes) {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        if (host.isBlank()) {
            Path socket = root.resolve("var/run/docker.sock");
            return Files.exists(socket) ? ifOpen(EngineKind.DOCKER, URI.create("unix://" + socket), notes) : null;
        }
        URI uri;
        try {
            uri = URI.create(host.trim());
        } catch (IllegalArgumentException malformed) {
            notes.add("DOCKER_HOST is no address: ignored");
            return null;
        }
        if (!environment.getOrDefault("DOCKER_TLS_VERIFY", "").isBlank()) {
            notes.add("DOCKER_HOST wants TLS: configure the engine with a tls.bundle");
            return null;
        }
        return ifOpen(EngineKind.DOCKER, uri, notes);
    }

    private static @Nullable URI ifOpen(EngineKind kind, URI uri, List<String> notes) {
        try {
            switch (String.valueOf(uri.getScheme())) {
                case "unix" ->
                    SocketChannel.open(UnixDomainSocketAddress.of(uri.getPath()))
                            .close();
                case "tcp" -> {
                    if (uri.getRawAuthority().contains("@")) {
                        // Not quoted: a password may stand there.
                        notes.add("DOCKER_HOST has user information: ignored");
                        return null;
                    }
                    try (Socket socket = new Socket()) {
                        socket.connect(
                                new InetSocketAddress(uri.getHost(), uri.getPort() < 0 ? 2375 : uri.getPort()),
                                Math.toIntExact(PATIENCE.toMillis()));
                    }
                }
                default -> {
                    notes.add("DOCKER_HOST has a scheme that is not supported: %s (expected: unix or tcp)"
                            .formatted(uri.getScheme()));
                    return null;
                }
            }
            return uri;
        } catch (IOException | IllegalArgumentException failure) {
            notes.add("%s at %s cannot be reached: %s".formatted(kind.word(), uri, failure.getMessage()));
            return null;
        }
    }
}
