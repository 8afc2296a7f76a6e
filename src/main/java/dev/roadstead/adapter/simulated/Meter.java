package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerStats;
import java.time.Duration;
import java.time.Instant;

/** Invents what a container uses: a wave of its own, the same whenever the same moment is asked for. */
final class Meter {
    static final long HOST_MEMORY = 8L << 30;
    static final int HOST_CPUS = 4;

    private static final long USUAL_MEMORY = 24L << 20;
    private static final double USUAL_CPU = 5;
    private static final double WAVE_SECONDS = 20;
    private static final double NANOS_PER_PERCENT_SECOND = 1e7;

    private Meter() {}

    static ContainerStats measure(SimulatedContainer container, Instant now) {
        Instant start = container.startedAt() == null ? now : container.startedAt();
        double seconds = Math.max(0, Duration.between(start, now).toNanos() / 1e9);
        double phase = Math.floorMod(container.id().hashCode(), 1000) / 1000.0 * 2 * Math.PI;
        double wave = Math.sin(seconds / WAVE_SECONDS * 2 * Math.PI + phase);
        double cpu = USUAL_CPU * (1 + 0.8 * wave);
        // The integral of the percentage, so that the total never goes back.
        double waved = WAVE_SECONDS
                / (2 * Math.PI)
                * (Math.cos(phase) - Math.cos(seconds / WAVE_SECONDS * 2 * Math.PI + phase));
        double total = USUAL_CPU * (seconds + 0.8 * waved) * NANOS_PER_PERCENT_SECOND;
        Long limit = container.spec().resources().memory();
        long memory = (long) (USUAL_MEMORY * (1 + 0.3 * wave));
        return new ContainerStats(
                now,
                cpu,
                HOST_CPUS,
                Math.round(total),
                limit == null ? memory : Math.min(memory, limit),
                limit == null ? HOST_MEMORY : limit,
                traffic(seconds, 1200),
                traffic(seconds, 800),
                traffic(seconds, 100),
                traffic(seconds, 400),
                1L + container.execs().size());
    }

    private static Long traffic(double seconds, double bytesPerSecond) {
        return Math.round(seconds * bytesPerSecond);
    }
}
