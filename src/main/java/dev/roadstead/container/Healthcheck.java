package dev.roadstead.container;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A command that an engine runs again and again to learn whether a container is well.
 *
 * @param test {@code ["CMD", …]}, {@code ["CMD-SHELL", "…"]} or {@code ["NONE"]} (Docker Engine API, HealthConfig)
 */
public record Healthcheck(
        List<String> test,
        @Nullable Duration interval,
        @Nullable Duration timeout,
        @Nullable Duration startPeriod,
        @Nullable Integer retries) {
    public Healthcheck {
        test = List.copyOf(test);
    }
}
