package dev.roadstead.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a container uses at one moment; null where the engine does not tell.
 *
 * @param cpuPercent of one core since the sample before (200 = two cores busy)
 * @param cpuCores cores the container may run on
 * @param cpuTotalNanos processor time since its start, nanoseconds
 * @param memoryUsage bytes, without reclaimable page cache
 * @param memoryLimit bytes; the host's memory if there is no limit
 * @param networkReceived bytes since start, all its interfaces together
 * @param blockRead bytes since start
 * @param pids processes and threads
 */
public record ContainerStats(
        Instant time,
        @Nullable Double cpuPercent,
        @Nullable Integer cpuCores,
        @Nullable Long cpuTotalNanos,
        @Nullable Long memoryUsage,
        @Nullable Long memoryLimit,
        @Nullable Long networkReceived,
        @Nullable Long networkSent,
        @Nullable Long blockRead,
        @Nullable Long blockWritten,
        @Nullable Long pids) {}
