package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.EngineException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What shall go wrong on a simulated engine. Rules hold from the next call on, until they are replaced or {@link #heal()} ends them. */
public final class Faults {
    /** A delay that no request timeout outlasts. */
    static final Duration FOREVER = Duration.ofDays(36_500);

    private final Map<SimulatedCall, Failure> failures = new ConcurrentHashMap<>();
    private final Map<SimulatedCall, Duration> delays = new ConcurrentHashMap<>();
    private final Random random;
    private volatile @Nullable Break logBreak;

    private record Failure(Supplier<? extends EngineException> cause, double probability) {}

    /**
     * Breaks log streams off.
     *
     * @param entries how many come before
     */
    record Break(int entries, Supplier<? extends EngineException> cause) {}

    Faults(long seed) {
        this.random = new Random(seed);
    }

    /** Every one of these calls fails so. */
    public Faults fail(SimulatedCall call, Supplier<? extends EngineException> cause) {
        return fail(call, cause, 1);
    }

    /**
     * Some of these calls fail so.
     *
     * @param probability 0 (never) to 1 (always)
     */
    public Faults fail(SimulatedCall call, Supplier<? extends EngineException> cause, double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("fail: probability %s (expected: 0 to 1)".formatted(probability));
        }
        failures.put(call, new Failure(cause, probability));
        return this;
    }

    /** Every call of whatever kind fails so. */
    public Faults failAll(Supplier<? extends EngineException> cause) {
        EnumSet.allOf(SimulatedCall.class).forEach(call -> fail(call, cause));
        return this;
    }

    /** These calls take so much longer; more than the engine's request timeout makes them time out. */
    public Faults delay(SimulatedCall call, Duration delay) {
        delays.put(call, delay);
        return this;
    }

    /** These calls are never answered: they fail with {@link EngineException.TimedOut} when the request timeout is over. */
    public Faults hang(SimulatedCall call) {
        return delay(call, FOREVER);
    }

    /** Log streams opened from now on break off after so many entries. */
    public Faults breakLogsAfter(int entries, Supplier<? extends EngineException> cause) {
        logBreak = new Break(entries, cause);
        return this;
    }

    /** All is well again. */
    public void heal() {
        heal(EnumSet.allOf(SimulatedCall.class));
        logBreak = null;
    }

    /** These calls are well again. */
    public void heal(Set<SimulatedCall> calls) {
        failures.keySet().removeAll(calls);
        delays.keySet().removeAll(calls);
    }

    /** How this call fails; null if it does not. */
    @Nullable
    EngineException failureOf(SimulatedCall call) {
        Failure failure = failures.get(call);
        if (failure == null || (failure.probability < 1 && random.nextDouble() >= failure.probability)) {
            return null;
        }
        return failure.cause.get();
    }

    Duration delayOf(SimulatedCall call) {
        return delays.getOrDefault(call, Duration.ZERO);
    }

    @Nullable
    Break logBreak() {
        return logBreak;
    }
}
