package dev.roadstead.adapter.podman;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.TransportSettings;
import tools.jackson.databind.json.JsonMapper;

/** Makes Podman engines: {@code unix:///run/podman/podman.sock}, {@code tcp://host:8080} or {@code https://host:8443}. */
public final class PodmanEngineFactory implements EngineFactory {
    /** Events are followed all the time: in the pool of all other calls they would take the last place of a small one. */
    private static final int FOR_EVENTS = 8;

    private final JsonMapper json = PodmanWire.mapper();

    @Override
    public EngineKind kind() {
        return EngineKind.PODMAN;
    }

    @Override
    public Engine create(EngineSettings settings) {
        return new PodmanEngine(
                settings, client(settings, settings.maxConnections()), client(settings, FOR_EVENTS), json);
    }

    private static EngineHttpClient client(EngineSettings settings, int connections) {
        EngineSettings.Tls tls = settings.tls();
        return new EngineHttpClient(new TransportSettings(
                settings.name().value(),
                settings.uri(),
                settings.connectTimeout(),
                settings.requestTimeout(),
                settings.idleTimeout(),
                connections,
                tls == null ? null : tls.keys(),
                tls == null ? null : tls.trust()));
    }
}
