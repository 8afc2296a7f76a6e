package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineFactory;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.TransportSettings;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;

/** Makes Kleened engines: {@code unix:///var/run/kleened.sock}, {@code http://host:port} or {@code https://host:port}. */
public final class KleenedEngineFactory implements EngineFactory {
    /** The daemon closes connections that were unused for five seconds. */
    private static final Duration MAX_UNUSED = Duration.ofSeconds(3);

    private final JsonMapper json = KleenedWire.mapper();

    @Override
    public EngineKind kind() {
        return EngineKind.KLEENED;
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
                        tls == null ? null : tls.trust())
                .unusedFor(MAX_UNUSED));
        return new KleenedEngine(settings, http, json);
    }
}
