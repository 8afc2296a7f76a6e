package dev.roadstead.adapter.podman;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Everything that the contract asks, of real Podman. */
@RequiresLab({"podman", "registry"})
class PodmanEngineIT implements PodmanContract {
    private static @Nullable Engine engine;

    private final TestObjects made = new TestObjects(engine());

    @BeforeAll
    static void connect() {
        engine = engine(Lab.podman(), null);
    }

    @AfterAll
    static void disconnect() {
        Objects.requireNonNull(engine).close().block(WAIT);
    }

    static Engine engine(URI uri, EngineSettings.@Nullable Tls tls) {
        return new PodmanEngineFactory()
                .create(new EngineSettings(
                        new EngineName("podman"),
                        EngineKind.PODMAN,
                        uri,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(2),
                        32,
                        tls));
    }

    @Override
    public Engine engine() {
        return Objects.requireNonNull(engine);
    }

    @Override
    public TestObjects made() {
        return made;
    }
}
