package dev.roadstead.volume;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A volume on an engine.
 *
 * @param options as given at creation
 * @param mountpoint where the host keeps it; null if not told
 * @param inUse whether a container refers to it, running or not; null if not told
 */
public record Volume(
        String name,
        String driver,
        Map<String, String> options,
        Map<String, String> labels,
        @Nullable String mountpoint,
        @Nullable Instant createdAt,
        @Nullable Boolean inUse) {
    public Volume {
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }
}
