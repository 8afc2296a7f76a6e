package dev.roadstead.container;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Limits of a container; null means unlimited (or the engine's default).
 *
 * @param cpus cores, decimal
 * @param memory bytes
 * @param memorySwap bytes of memory and swap together; -1 unlimited swap
 * @param pids processes and threads
 * @param cpuWeight relative share in Docker's scale, 2 to 262144 (default 1024)
 */
public record Resources(
        @Nullable BigDecimal cpus,
        @Nullable Long memory,
        @Nullable Long memorySwap,
        @Nullable Long pids,
        @Nullable Integer cpuWeight) {
    /** No limits. */
    public static final Resources NONE = new Resources(null, null, null, null, null);
}
