package dev.roadstead.transport;

import java.net.URI;
import java.time.Duration;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How to reach one engine.
 *
 * @param engine its name, for errors and metrics
 * @param uri {@code unix:///path}, {@code http://host[:port]}, {@code tcp://host:port} (plain, or TLS if there are keys or trust, as
 *     Docker's) or {@code https://host[:port]}
 * @param connectTimeout for a connection, its TLS handshake included
 * @param requestTimeout for a whole answer
 * @param idleTimeout for the next byte of a stream that must not be silent
 * @param maxConnections of the pool; streams count too
 * @param maxHijacked connections outside of the pool that calls may take over
 * @param maxUnused a pooled connection unused for longer is closed rather than used: engines, and what stands between, drop such ones
 *     silently
 * @param keys the client certificate; null: none is shown
 * @param trust null: the platform's
 */
public record TransportSettings(
        String engine,
        URI uri,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration idleTimeout,
        int maxConnections,
        int maxHijacked,
        Duration maxUnused,
        @Nullable KeyManagerFactory keys,
        @Nullable TrustManagerFactory trust) {
    /** Enough for every terminal that one engine's users may have open. */
    private static final int MAX_HIJACKED = 1024;

    private static final Duration MAX_UNUSED = Duration.ofSeconds(60);

    public TransportSettings(
            String engine,
            URI uri,
            Duration connectTimeout,
            Duration requestTimeout,
            Duration idleTimeout,
            int maxConnections,
            @Nullable KeyManagerFactory keys,
            @Nullable TrustManagerFactory trust) {
        this(
                engine,
                uri,
                connectTimeout,
                requestTimeout,
                idleTimeout,
                maxConnections,
                MAX_HIJACKED,
                MAX_UNUSED,
                keys,
                trust);
    }

    /** The same for an engine that drops unused connections sooner. */
    public TransportSettings unusedFor(Duration most) {
        return new TransportSettings(
                engine,
                uri,
                connectTimeout,
                requestTimeout,
                idleTimeout,
                maxConnections,
                maxHijacked,
                most,
                keys,
                trust);
    }
}
