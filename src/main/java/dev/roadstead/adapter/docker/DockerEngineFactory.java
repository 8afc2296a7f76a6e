package dev.roadstead.adapter.docker;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.TransportSettings;
import tools.jackson.databind.json.JsonMapper;

/** Makes Docker engines: {@code unix:///var/run/docker.sock}, {@code tcp://host:2376} or {@code https://host:2376}. */
public final class DockerEngineFactory implements EngineFactory {
    private final JsonMapper json = DockerWire.mapper();

    @Override
    public EngineKind kind() {
        return EngineKind.DOCKER;
    }

    @Override
    public Engine create(EngineSettings settings) {
        EngineSettings.Tls tls = settings.tls();
        EngineHttpClient http = new EngineHttpClient(new TransportSettings(
                settings.name().value(),
                settings.uri(),
                settings.connectTimeout(),
                settings.requestTimeout(),
                settings.idleTimeout(),
                settings.maxConnections(),
                tls == null ? null : tls.keys(),
                tls == null ? null : tls.trust()));
        return new DockerEngine(settings, http, json);
    }
}
