package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import java.net.URI;
import java.time.Duration;

/** Makes simulated engines for tests. */
final class SimulatedEngines {
    static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(2);

    private SimulatedEngines() {}

    /** An engine with these options, e.g. {@code containers=3&seed=2}. */
    static SimulatedEngine with(String options) {
        return new SimulatedEngineFactory()
                .create(new EngineSettings(
                        new EngineName("simulated"),
                        EngineKind.SIMULATED,
                        URI.create("simulated:///" + (options.isEmpty() ? "" : "?" + options)),
                        Duration.ofSeconds(1),
                        REQUEST_TIMEOUT,
                        Duration.ofSeconds(10),
                        4,
                        null));
    }
}
