package dev.roadstead.testing;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Makes scripted engines, in place of a kind that few tests need, and remembers what they were made of. */
@Order(Ordered.HIGHEST_PRECEDENCE)
public final class ScriptedEngineFactory implements EngineFactory {
    private final Map<String, EngineSettings> settings = new ConcurrentHashMap<>();
    private final Map<String, ScriptedEngine> engines = new ConcurrentHashMap<>();

    @Override
    public EngineKind kind() {
        return EngineKind.KLEENED;
    }

    @Override
    public Engine create(EngineSettings given) {
        if (given.uri().getPath().isEmpty()) {
            throw new IllegalArgumentException("uri: %s (expected: a path)".formatted(given.uri()));
        }
        settings.put(given.name().value(), given);
        return engines.computeIfAbsent(given.name().value(), ScriptedEngine::new);
    }

    public EngineSettings settings(String name) {
        return settings.get(name);
    }

    public ScriptedEngine engine(String name) {
        return engines.computeIfAbsent(name, ScriptedEngine::new);
    }
}
