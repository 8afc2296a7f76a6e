package dev.roadstead.transport;

import io.netty.channel.ChannelOption;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLException;
import reactor.core.publisher.Mono;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** The way to one engine: its address, its TLS, and the pool of its connections. */
final class Connector {
    /** A connection idle for longer is closed rather than used: engines and what stands between drop idle ones silently. */
    private static final Duration MAX_IDLE = Duration.ofSeconds(60);

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final ConnectionProvider pool;
    private final HttpClient http;
    private final AtomicBoolean closed = new AtomicBoolean();

    Connector(TransportSettings settings) {
        pool = ConnectionProvider.builder("engine-" + settings.engine())
                .maxConnections(settings.maxConnections())
                // The gate bounds the calls; here only those wait whose connection is just being given back.
                .pendingAcquireMaxCount(-1)
                .pendingAcquireTimeout(settings.connectTimeout())
                .maxIdleTime(MAX_IDLE)
                .evictInBackground(MAX_IDLE)
                .disposeTimeout(Duration.ofSeconds(1))
                .lifo()
                .build();
        http = addressed(
                HttpClient.create(pool)
                        // Repeating is decided here, where it is known what may be repeated.
                        .disableRetry(true)
                        .httpResponseDecoder(decoder -> decoder.maxHeaderSize(MAX_HEADER_BYTES))
                        .option(
                                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                                Math.toIntExact(settings.connectTimeout().toMillis()))
                        // After a failed write there may be an answer to read: why the engine stopped reading.
                        .option(ChannelOption.AUTO_CLOSE, false)
                        .doOnChannelInit((observer, channel, address) -> channel.pipeline()
                                .addBefore(NettyPipeline.HttpCodec, "connectionMark", new ConnectionMark())),
                settings);
    }

    /** False once closed: Reactor Netty's own pool would open anew. */
    boolean isOpen() {
        return !closed.get();
    }

    HttpClient http() {
        return http;
    }

    Mono<Void> close() {
        return Mono.defer(() -> {
            closed.set(true);
            return pool.disposeLater();
        });
    }

    private static HttpClient addressed(HttpClient client, TransportSettings settings) {
        URI uri = settings.uri();
        boolean secret = settings.keys() != null || settings.trust() != null;
        if (secret && ("http".equals(uri.getScheme()) || "unix".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("uri: %s (tls needs https:// or tcp://)".formatted(uri));
        }
        return switch (String.valueOf(uri.getScheme())) {
            case "unix" -> {
                if (uri.getPath() == null || uri.getPath().isEmpty()) {
                    throw new IllegalArgumentException("uri: %s (expected: unix:///path)".formatted(uri));
                }
                DomainSocketAddress address = new DomainSocketAddress(uri.getPath());
                yield client.remoteAddress(() -> address);
            }
            case "http" -> hosted(client, uri, 80);
            case "https" -> secured(hosted(client, uri, 443), settings);
            case "tcp" -> secret ? secured(hosted(client, uri, 2376), settings) : hosted(client, uri, 2375);
            default ->
                throw new IllegalArgumentException(
                        "uri: %s (expected: unix://, http://, tcp:// or https://)".formatted(uri));
        };
    }

    private static HttpClient hosted(HttpClient client, URI uri, int defaultPort) {
        String host = uri.getHost();
        if (host == null) {
            throw new IllegalArgumentException("uri: %s (expected: a host)".formatted(uri));
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return client.host(bare).port(uri.getPort() < 0 ? defaultPort : uri.getPort());
    }

    private static HttpClient secured(HttpClient client, TransportSettings settings) {
        SslContextBuilder builder =
                SslContextBuilder.forClient().sslProvider(SslProvider.JDK).endpointIdentificationAlgorithm("HTTPS");
        if (settings.keys() != null) {
            builder.keyManager(settings.keys());
        }
        if (settings.trust() != null) {
            builder.trustManager(settings.trust());
        }
        SslContext context;
        try {
            context = builder.build();
        } catch (SSLException unusable) {
            throw new IllegalArgumentException(
                    "TLS of engine %s: %s".formatted(settings.engine(), unusable.getMessage()), unusable);
        }
        return client.secure(spec -> spec.sslContext(context).handshakeTimeout(settings.connectTimeout()));
    }
}
