package dev.roadstead.engine;

/** Makes engines of one kind. */
public interface EngineFactory {
    EngineKind kind();

    /**
     * Makes the engine without connecting.
     *
     * @throws IllegalArgumentException if the settings make no sense for this kind
     */
    Engine create(EngineSettings settings);
}
