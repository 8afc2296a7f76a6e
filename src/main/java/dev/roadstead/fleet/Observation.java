package dev.roadstead.fleet;

import dev.roadstead.engine.EngineDescription;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What was last seen of an engine.
 *
 * @param description the last one the engine gave, perhaps before it went down; null if it never gave one
 * @param latencyMs of an authenticated round trip; null if it failed
 * @param lastError why it is not up; null if it is
 */
public record Observation(
        Status status,
        @Nullable EngineDescription description,
        @Nullable Double latencyMs,
        @Nullable String lastError,
        Instant observedAt) {
    /** How an engine is. */
    public enum Status {
        /** It answered an authenticated call. */
        UP,
        /** It cannot be reached, or does not answer in time. */
        DOWN,
        /** Some calls succeed, others fail. */
        DEGRADED,
        /** It answers but refuses the gateway. */
        UNTRUSTED;

        /** The word in the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
