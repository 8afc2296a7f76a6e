package dev.roadstead.adapter.lxd;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one daemon understands: LXD and Incus speak the same API with other headers and other extensions.
 *
 * @param server {@code lxd} or {@code incus}
 * @param extensions by which features are told, never by the version
 * @param epoch which asking this came from; an older one is worth nothing
 */
record Dialect(String server, @Nullable String version, Set<String> extensions, int epoch) {
    private static final String INCUS = "incus";

    Dialect {
        extensions = Set.copyOf(extensions);
    }

    /** Whether the daemon has this API extension. */
    boolean has(String extension) {
        return extensions.contains(extension);
    }

    boolean isIncus() {
        return server.equals(INCUS);
    }

    /** How the daemon's own headers begin, in requests; in answers in lower case. */
    String headerPrefix() {
        return isIncus() ? "X-Incus-" : "X-LXD-";
    }

    /** Its name for people. */
    String title() {
        return isIncus() ? "Incus" : "LXD";
    }

    /** Whether the daemon that said this is still the same. */
    boolean isLike(Dialect other) {
        return server.equals(other.server)
                && String.valueOf(version).equals(String.valueOf(other.version))
                && extensions.equals(other.extensions);
    }
}
