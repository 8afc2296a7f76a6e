package dev.roadstead.adapter.docker;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineContract;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Everything that the contract asks, of a Docker daemon two years newer than {@link DockerEngineIT}'s. */
@RequiresLab({"newer", "registry"})
class NewerDockerEngineIT implements EngineContract {
    private static @Nullable Engine engine;

    private final TestObjects made = new TestObjects(engine());

    @BeforeAll
    static void connect() {
        engine = DockerEngineIT.engine(Lab.newerDocker(), null);
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

    @Override
    public String image() {
        return "busybox:latest";
    }

    @Override
    public String pullableImage() {
        return Lab.registry() + "/lab/busybox:1";
    }
}
