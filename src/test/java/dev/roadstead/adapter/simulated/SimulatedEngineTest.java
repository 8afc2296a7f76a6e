package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineContract;
import dev.roadstead.engine.TestObjects;
import org.junit.jupiter.api.AfterAll;

class SimulatedEngineTest implements EngineContract {
    private static final SimulatedEngine ENGINE = SimulatedEngines.with("");

    private final TestObjects made = new TestObjects(ENGINE);

    @AfterAll
    static void close() {
        ENGINE.close().block();
    }

    @Override
    public Engine engine() {
        return ENGINE;
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
        return "ghcr.io/example/nginx:1.29";
    }

    @Override
    public boolean processesAreReal() {
        return false;
    }
}
