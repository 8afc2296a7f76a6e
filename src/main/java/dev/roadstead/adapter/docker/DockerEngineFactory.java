package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.Clients;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;
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
        return new DockerEngine(settings, Clients.of(settings), json);
    }
}
