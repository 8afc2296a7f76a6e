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
 * @param kleened only of {@link EngineKind#KLEENED}
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
        Map<String, Remote> remotes,
        Kleened kleened) {
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
        this(
                name,
                kind,
                uri,
                connectTimeout,
                requestTimeout,
                idleTimeout,
                maxConnections,
                tls,
                Map.of(),
                Kleened.DEFAULT);
    }

    /** The same with remotes. */
    public EngineSettings(
            EngineName name,
            EngineKind kind,
            URI uri,
            Duration connectTimeout,
            Duration requestTimeout,
            Duration idleTimeout,
            int maxConnections,
            @Nullable Tls tls,
            Map<String, Remote> remotes) {
        this(
                name,
                kind,
                uri,
                connectTimeout,
                requestTimeout,
                idleTimeout,
                maxConnections,
                tls,
                remotes,
                Kleened.DEFAULT);
    }

    /**
     * What the operator of a Kleened host allows, and how it is watched.
     *
     * @param pollInterval between two looks for events
     * @param rctlHooks whether limits are set by commands that jails run as root on the host when they start
     * @param captureLogs whether what containers write is kept, of those that the gateway started
     * @param logMemory bytes of each container's output that are kept then
     */
    public record Kleened(Duration pollInterval, boolean rctlHooks, boolean captureLogs, int logMemory) {
        /** Nothing allowed that is not safe. */
        public static final Kleened DEFAULT = new Kleened(Duration.ofSeconds(2), false, false, 1024 * 1024);
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
