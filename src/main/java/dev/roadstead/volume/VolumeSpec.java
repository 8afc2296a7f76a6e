package dev.roadstead.volume;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a volume shall be.
 *
 * @param name null: the engine chooses one
 * @param driver null: the engine's default
 */
public record VolumeSpec(
        @Nullable String name, @Nullable String driver, Map<String, String> options, Map<String, String> labels) {
    public VolumeSpec {
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }
}
