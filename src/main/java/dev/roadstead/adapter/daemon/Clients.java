package dev.roadstead.adapter.daemon;

import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.TransportSettings;

/**
 * The ways to one daemon. Events are followed all the time: in the pool of all other calls they would take the last place of a small
 * one.
 */
public record Clients(EngineHttpClient calls, EngineHttpClient events) {
    private static final int FOR_EVENTS = 8;

    public static Clients of(EngineSettings settings) {
        return new Clients(client(settings, settings.maxConnections()), client(settings, FOR_EVENTS));
    }

    /** One way, with so many connections at most. */
    public static EngineHttpClient client(EngineSettings settings, int connections) {
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
