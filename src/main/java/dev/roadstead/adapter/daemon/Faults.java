package dev.roadstead.adapter.daemon;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one engine's answers, whatever they are about.
 *
 * @param engine its name
 */
public record Faults(String engine) {
    /** An answer that makes no sense. */
    public EngineException nonsense(String what, @Nullable Throwable cause) {
        return new EngineException.Failed("ENGINE_NONSENSE", what, evidence(), cause);
    }

    /** A stream that ended too early. */
    public EngineException brokeOff(String what) {
        return new EngineException.Failed("ENGINE_BROKE_OFF", what, evidence(), null);
    }

    /** Only the engine is known. */
    public Evidence evidence() {
        return Evidence.of(engine);
    }
}
