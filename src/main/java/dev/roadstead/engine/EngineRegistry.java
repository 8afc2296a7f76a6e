package dev.roadstead.engine;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configured engines, in the order of the configuration. */
public final class EngineRegistry {
    private final Map<String, Engine> engines;
    private final @Nullable Engine defaultEngine;

    /** Keeps these engines.
     *
     * @param defaultEngine where containers go that name no engine; null: they must name one */
    public EngineRegistry(Collection<Engine> engines, @Nullable EngineName defaultEngine) {
        Map<String, Engine> byName = new LinkedHashMap<>();
        for (Engine engine : engines) {
            byName.put(engine.name().value(), engine);
        }
        this.engines = Collections.unmodifiableMap(byName);
        this.defaultEngine = defaultEngine == null ? null : byName.get(defaultEngine.value());
        if (defaultEngine != null && this.defaultEngine == null) {
            throw new IllegalArgumentException(
                    "default-engine: %s (expected: one of %s)".formatted(defaultEngine, byName.keySet()));
        }
    }

    /** All of them. */
    public Collection<Engine> all() {
        return engines.values();
    }

    /** The engine of that name.
     *
     * @throws EngineException.NotFound ({@code NO_SUCH_ENGINE}) if there is none
     */
    public Engine get(String name) {
        Engine engine = engines.get(name);
        if (engine == null) {
            throw new EngineException.NotFound(
                    "NO_SUCH_ENGINE", "no engine is named %s".formatted(name), EngineException.Evidence.NONE);
        }
        return engine;
    }

    /** Where containers go that name no engine; null if there is no such place. */
    public @Nullable Engine defaultEngine() {
        return defaultEngine;
    }
}
