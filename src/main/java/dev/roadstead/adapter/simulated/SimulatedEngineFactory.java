package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;
import java.time.InstantSource;

/**
 * Makes engines that exist only in memory. Their URI is {@code simulated:///} with these options, all of which may be left out:
 *
 * <ul>
 *   <li>{@code containers=20}: so many demonstration containers at start
 *   <li>{@code latency=50ms}: added to every call
 *   <li>{@code fail=list:0.1,start} or {@code fail=all}: these calls ({@link SimulatedCall#word()}) fail with this probability, as if
 *       the engine could not be reached
 *   <li>{@code seed=1}: what is random is the same for the same seed
 * </ul>
 */
public final class SimulatedEngineFactory implements EngineFactory {
    private final InstantSource clock;

    /** Makes engines that live in our time. */
    public SimulatedEngineFactory() {
        this(InstantSource.system());
    }

    /** Makes engines whose containers and logs bear the times of this clock. */
    public SimulatedEngineFactory(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public EngineKind kind() {
        return EngineKind.SIMULATED;
    }

    @Override
    public SimulatedEngine create(EngineSettings settings) {
        return new SimulatedEngine(settings, SimulatedOptions.of(settings.uri()), clock);
    }
}
