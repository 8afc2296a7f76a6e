package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.TransportSettings;
import tools.jackson.databind.json.JsonMapper;

/** Makes LXD and Incus engines: {@code unix:///var/lib/lxd/unix.socket} or {@code https://host:8443}. */
public final class LxdEngineFactory implements EngineFactory {
    /** Operations that may be waited for at the same time. */
    private static final int FOR_WAITING = 256;

    private final EngineKind kind;
    private final JsonMapper json = LxdWire.mapper();

    /** @param kind {@link EngineKind#LXD} or {@link EngineKind#INCUS}; what answers tells which of the two it is */
    public LxdEngineFactory(EngineKind kind) {
        if (kind != EngineKind.LXD && kind != EngineKind.INCUS) {
            throw new IllegalArgumentException("kind: %s (expected: lxd or incus)".formatted(kind.word()));
        }
        this.kind = kind;
    }

    @Override
    public EngineKind kind() {
        return kind;
    }

    @Override
    public Engine create(EngineSettings settings) {
        return new LxdEngine(
                settings, client(settings, settings.maxConnections()), client(settings, FOR_WAITING), json);
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
