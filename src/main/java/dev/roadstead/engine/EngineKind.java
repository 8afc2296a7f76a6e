package dev.roadstead.engine;

import java.util.Locale;

/** The families of engines that configuration can name. */
public enum EngineKind {
    DOCKER,
    PODMAN,
    LXD,
    INCUS,
    KLEENED,
    OPENAPI,
    SIMULATED;

    /** The word in the API and the configuration. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
