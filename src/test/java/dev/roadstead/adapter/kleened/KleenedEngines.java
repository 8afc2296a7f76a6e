package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.fleet.GuardedEngine;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/** Kleened engines for tests. */
final class KleenedEngines {
    private KleenedEngines() {}

    /** One without the guard that the gateway puts around it. */
    static Engine bare(URI uri, EngineSettings.Kleened kleened) {
        return new KleenedEngineFactory()
                .create(new EngineSettings(
                        new EngineName("kleened"),
                        EngineKind.KLEENED,
                        uri,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(2),
                        32,
                        null,
                        Map.of(),
                        kleened));
    }

    /** As the gateway has it: refusing what it cannot do. */
    static Engine guarded(URI uri, EngineSettings.Kleened kleened) {
        return new GuardedEngine(bare(uri, kleened), new SimpleMeterRegistry());
    }

    static String subnet() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "10.%d.%d.0/24".formatted(random.nextInt(64, 192), random.nextInt(256));
    }
}
