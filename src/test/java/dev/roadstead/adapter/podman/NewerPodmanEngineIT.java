package dev.roadstead.adapter.podman;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Everything that the contract asks, of Podman 5. */
@RequiresLab({"newer", "registry"})
class NewerPodmanEngineIT implements PodmanContract {
    private static @Nullable Engine engine;

    private final TestObjects made = new TestObjects(engine());

    @BeforeAll
    static void connect() {
        engine = PodmanEngineIT.engine(Lab.newerPodman(), null);
    }

    @AfterAll
    static void disconnect() {
        Objects.requireNonNull(engine).close().block(WAIT);
    }

    @Override
    public Engine engine() {
        return Objects.requireNonNull(engine);
    }

    @Override
    public TestObjects made() {
        return made;
    }

    /** Podman 5 tries again for long where there is no way to a registry. */
    @Override
    public String missingImage() {
        return Lab.registry() + "/roadstead-test/missing:none";
    }
}
