package dev.roadstead.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A path in a container.
 *
 * @param name its last segment
 * @param type {@code file directory symlink} or {@code other}
 * @param size bytes
 * @param mode permission bits, e.g. 0644 octal
 * @param target where a symbolic link points; null otherwise
 */
public record PathStat(
        String name,
        String type,
        long size,
        int mode,
        @Nullable Instant mtime,
        @Nullable String target) {}
