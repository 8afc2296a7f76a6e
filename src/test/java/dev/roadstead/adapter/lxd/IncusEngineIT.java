package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Everything that the contract asks, of a real Incus daemon. */
@RequiresLab({"newer", "lxd"})
class IncusEngineIT implements LxdContract {
    private static @Nullable Engine engine;

    private final TestObjects made = new TestObjects(engine(), LxdEngineIT::subnet);

    @BeforeAll
    static void connect() {
        engine = LxdEngineIT.engine(EngineKind.INCUS, Lab.incus(), null);
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
}
