package dev.roadstead.engine;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How to reach one engine.
 *
 * @param connectTimeout for a connection, its TLS handshake included
 * @param requestTimeout for a whole answer
 * @param idleTimeout for the next byte of a transfer; a stream that may rightly be silent (following logs) has no such bound
 * @param maxConnections of the pool; streams count too
 * @param tls null: plain, or the platform's trust for https
 * @param remotes servers by name that images come from; only of kinds that have such
 */
public record EngineSettings(
        EngineName name,
        EngineKind kind,
        URI uri,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration idleTimeout,
        int maxConnections,
        @Nullable Tls tls,
        Map<String, Remote> remotes) {
    public EngineSettings {
        remotes = Map.copyOf(remotes);
    }

    /** Without remotes. */
    public EngineSettings(
            EngineName name,
            EngineKind kind,
            URI uri,
            Duration connectTimeout,
            Duration requestTimeout,
            Duration idleTimeout,
            int maxConnections,
            @Nullable Tls tls) {
        this(name, kind, uri, connectTimeout, requestTimeout, idleTimeout, maxConnections, tls, Map.of());
    }

    /**
     * A server that images come from.
     *
     * @param protocol {@code simplestreams}, {@code lxd}, {@code incus} or {@code oci}
     * @param certificate the server's, as PEM; null: one that the engine trusts anyway
     */
    public record Remote(URI uri, String protocol, @Nullable String certificate) {}

    /**
     * Keys and trust.
     *
     * @param keys the client certificate; null: none is shown
     * @param trust null: the platform's
     */
    public record Tls(
            @Nullable KeyManagerFactory keys, @Nullable TrustManagerFactory trust) {}
}
