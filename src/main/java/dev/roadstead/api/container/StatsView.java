package dev.roadstead.api.container;

import dev.roadstead.container.ContainerStats;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a container uses. */
@Schema(
        name = "ContainerStats",
        description = "What a container uses at one moment; null where the engine does not tell.")
public record StatsView(
        @Schema(description = "When.", example = "2026-11-23T09:30:02Z")
        Instant time,

        @Schema(description = "Processor use.") Cpu cpu,

        @Schema(description = "Memory use.") Memory memory,

        @Schema(description = "Network use since the start, all interfaces together.")
        Network network,

        @Schema(description = "Block device use since the start.")
        Block block,

        @Schema(description = "Processes and threads.", example = "3") @Nullable
        Long pids) {

    /** Processor use. */
    @Schema(name = "CpuStats", description = "Processor use.")
    public record Cpu(
            @Schema(description = "Percent of one core; 200: two cores are busy.", example = "12.5") @Nullable
            Double percent,

            @Schema(description = "Cores the container may run on.", example = "2") @Nullable
            Integer cores,

            @Schema(description = "Processor time since the start, nanoseconds.", example = "1200000000") @Nullable
            Long totalNs) {}

    /** Memory use. */
    @Schema(name = "MemoryStats", description = "Memory use.")
    public record Memory(
            @Schema(description = "Bytes in use, without reclaimable page cache.", example = "4194304") @Nullable
            Long usage,

            @Schema(description = "Bytes at most; the host's memory without a limit.", example = "536870912") @Nullable
            Long limit) {}

    /** Network use. */
    @Schema(name = "NetworkStats", description = "Network use since the start.")
    public record Network(
            @Schema(description = "Bytes received.", example = "10240") @Nullable
            Long rxBytes,

            @Schema(description = "Bytes sent.", example = "2048") @Nullable
            Long txBytes) {}

    /** Block device use. */
    @Schema(name = "BlockStats", description = "Block device use since the start.")
    public record Block(
            @Schema(description = "Bytes read.", example = "1048576") @Nullable
            Long readBytes,

            @Schema(description = "Bytes written.", example = "4096") @Nullable
            Long writeBytes) {}

    static StatsView of(ContainerStats stats) {
        return new StatsView(
                stats.time(),
                new Cpu(stats.cpuPercent(), stats.cpuCores(), stats.cpuTotalNanos()),
                new Memory(stats.memoryUsage(), stats.memoryLimit()),
                new Network(stats.networkReceived(), stats.networkSent()),
                new Block(stats.blockRead(), stats.blockWritten()),
                stats.pids());
    }
}
