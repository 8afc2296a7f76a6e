package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.Clients;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;
import tools.jackson.databind.json.JsonMapper;

/** Makes Podman engines: {@code unix:///run/podman/podman.sock}, {@code tcp://host:8080} or {@code https://host:8443}. */
public final class PodmanEngineFactory implements EngineFactory {
    private final JsonMapper json = PodmanWire.mapper();

    @Override
    public EngineKind kind() {
        return EngineKind.PODMAN;
    }

    @Override
    public Engine create(EngineSettings settings) {
        return new PodmanEngine(settings, Clients.of(settings), json);
    }
}
