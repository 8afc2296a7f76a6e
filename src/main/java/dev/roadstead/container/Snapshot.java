package dev.roadstead.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A kept state of a container's file system.
 *
 * @param size bytes; null if the engine does not tell
 * @param stateful whether it holds the memory of its processes too
 */
public record Snapshot(
        String name, @Nullable Instant createdAt, @Nullable Long size, boolean stateful) {}
