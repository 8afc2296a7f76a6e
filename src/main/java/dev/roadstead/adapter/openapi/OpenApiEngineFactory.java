package dev.roadstead.adapter.openapi;

import dev.roadstead.adapter.daemon.Clients;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;

/** Makes engines of anything that speaks HTTP: {@code unix:///path}, {@code http://…}, {@code tcp://…} or {@code https://…}. */
public final class OpenApiEngineFactory implements EngineFactory {
    @Override
    public EngineKind kind() {
        return EngineKind.OPENAPI;
    }

    @Override
    public Engine create(EngineSettings settings) {
        String path = settings.uri().getPath();
        if (!"unix".equals(settings.uri().getScheme()) && path != null && !path.isEmpty() && !path.equals("/")) {
            throw new IllegalArgumentException(
                    "uri: %s (expected: no path; the description tells it)".formatted(settings.uri()));
        }
        return new OpenApiEngine(settings, Clients.client(settings, settings.maxConnections()));
    }
}
