package dev.roadstead.engine;

import org.jspecify.annotations.Nullable;

/** What an engine's objects take on its disk; a part is null where the engine does not tell. */
public record DiskUsage(
        @Nullable Part images,
        @Nullable Part containers,
        @Nullable Part volumes,
        @Nullable Part buildCache) {
    /**
     * One kind of object.
     *
     * @param size bytes
     * @param reclaimable bytes that pruning would free; null if not told
     */
    public record Part(
            int count, int active, long size, @Nullable Long reclaimable) {}
}
