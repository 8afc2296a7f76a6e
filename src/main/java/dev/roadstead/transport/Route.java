package dev.roadstead.transport;

import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.net.URI;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.netty.transport.ClientTransport;
import reactor.netty.transport.ClientTransportConfig;

/**
 * Where an engine listens, and by which keys it is spoken to.
 *
 * @param socket of a unix socket; null: a host
 * @param host a name or address without brackets
 * @param authority for the {@code Host} header
 * @param tls null: plain
 */
record Route(
        @Nullable DomainSocketAddress socket,
        String host,
        int port,
        String authority,
        @Nullable SslContext tls) {
    static Route of(TransportSettings settings) {
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
                yield new Route(new DomainSocketAddress(uri.getPath()), "", 0, "localhost", null);
            }
            case "http" -> hosted(uri, 80, null);
            case "https" -> hosted(uri, 443, context(settings));
            case "tcp" -> secret ? hosted(uri, 2376, context(settings)) : hosted(uri, 2375, null);
            default ->
                throw new IllegalArgumentException(
                        "uri: %s (expected: unix://, http://, tcp:// or https://)".formatted(uri));
        };
    }

    /** The same client, going here; its TLS is another thing. */
    <T extends ClientTransport<T, C>, C extends ClientTransportConfig<C>> T taken(T client) {
        DomainSocketAddress file = socket;
        return file != null
                ? client.remoteAddress(() -> file)
                : client.host(host).port(port);
    }

    private static Route hosted(URI uri, int defaultPort, @Nullable SslContext tls) {
        String name = uri.getHost();
        if (name == null) {
            throw new IllegalArgumentException("uri: %s (expected: a host)".formatted(uri));
        }
        String bare = name.startsWith("[") ? name.substring(1, name.length() - 1) : name;
        int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
        return new Route(null, bare, port, name + ":" + port, tls);
    }

    private static SslContext context(TransportSettings settings) {
        SslContextBuilder builder =
                SslContextBuilder.forClient().sslProvider(SslProvider.JDK).endpointIdentificationAlgorithm("HTTPS");
        if (settings.keys() != null) {
            builder.keyManager(settings.keys());
        }
        if (settings.trust() != null) {
            builder.trustManager(settings.trust());
        }
        try {
            return builder.build();
        } catch (SSLException unusable) {
            throw new IllegalArgumentException(
                    "TLS of engine %s: %s".formatted(settings.engine(), unusable.getMessage()), unusable);
        }
    }
}
