package dev.roadstead.config;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks for engines at their usual places, at start, when none is configured. */
final class EngineDiscovery {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /**
     * What was found.
     *
     * @param docker where a Docker engine listens; null: nowhere
     * @param notes for the operator: what was found but is not used, and why
     */
    record Found(@Nullable URI docker, List<String> notes) {}

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
        URI docker = docker(notes);
        Map<String, Path> others = new LinkedHashMap<>();
        others.put("Podman", root.resolve("run/podman/podman.sock"));
        String runtime = environment.get("XDG_RUNTIME_DIR");
        if (runtime != null) {
            others.put("Podman (yours)", Path.of(runtime, "podman/podman.sock"));
        }
        others.put("LXD", root.resolve("var/lib/lxd/unix.socket"));
        others.put("LXD (snap)", root.resolve("var/snap/lxd/common/lxd/unix.socket"));
        others.put("Incus", root.resolve("var/lib/incus/unix.socket"));
        others.forEach((name, socket) -> {
            if (Files.exists(socket)) {
                notes.add("%s found at %s: configure an engine to use it".formatted(name, socket));
            }
        });
        return new Found(docker, List.copyOf(notes));
    }

    private @Nullable URI docker(List<String> notes) {
        String host = environment.getOrDefault("DOCKER_HOST", "");
        if (host.isBlank()) {
            Path socket = root.resolve("var/run/docker.sock");
            return Files.exists(socket) ? ifOpen(URI.create("unix://" + socket), notes) : null;
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
        return ifOpen(uri, notes);
    }

    private static @Nullable URI ifOpen(URI uri, List<String> notes) {
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
            notes.add("Docker at %s cannot be reached: %s".formatted(uri, failure.getMessage()));
            return null;
        }
    }
}
