package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineSettings.Remote;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Servers that images come from: the public ones that the daemon's own client knows, and those of the configuration, which win. */
final class Remotes {
    private static final String SIMPLESTREAMS = "simplestreams";
    private static final Set<String> PROTOCOLS = Set.of(SIMPLESTREAMS, "lxd", "incus", "oci");

    private final Map<String, Remote> configured;

    /** @throws IllegalArgumentException if one has a protocol that there is not */
    Remotes(Map<String, Remote> configured) {
        this.configured = configured;
        configured.forEach((name, remote) -> {
            if (!PROTOCOLS.contains(remote.protocol())) {
                throw new IllegalArgumentException(
                        "remotes.%s.protocol: %s (expected: simplestreams, lxd, incus or oci)"
                                .formatted(name, remote.protocol()));
            }
        });
    }

    /** By name. */
    Map<String, Remote> of(Dialect dialect) {
        Map<String, Remote> all = new LinkedHashMap<>();
        all.put(
                "images",
                at(dialect.isIncus() ? "https://images.linuxcontainers.org" : "https://images.lxd.canonical.com"));
        all.put("ubuntu", at("https://cloud-images.ubuntu.com/releases"));
        all.putAll(configured);
        return all;
    }

    private static Remote at(String uri) {
        return new Remote(URI.create(uri), SIMPLESTREAMS, null);
    }
}
