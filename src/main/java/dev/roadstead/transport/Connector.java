package dev.roadstead.transport;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import reactor.core.publisher.Mono;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpResources;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.tcp.SslProvider;
import reactor.netty.tcp.TcpClient;
import reactor.netty.transport.ClientTransport;
import reactor.netty.transport.ClientTransportConfig;

/** The connections to one engine: a pool of them, and those that a call has for itself. */
final class Connector {
    static final int MAX_HEADER_BYTES = 64 * 1024;

    /** A host that is silent for a minute is gone: a terminal, followed events or logs may be silent for as long as they like. */
    static final int KEEPALIVE_IDLE_SECONDS = 30;

    static final int KEEPALIVE_INTERVAL_SECONDS = 10;
    static final int KEEPALIVE_PROBES = 3;

    /** What comes beyond demand is kept: at most so many buffers of up to 64 KiB. */
    private static final int READS_AT_ONCE = 2;

    private final ConnectionProvider pool;
    private final HttpClient http;
    private final TcpClient single;
    private final Route route;
    private final AtomicBoolean closed = new AtomicBoolean();

    Connector(TransportSettings settings) {
        route = Route.of(settings);
        pool = ConnectionProvider.builder("engine-" + settings.engine())
                .maxConnections(settings.maxConnections())
                // The gate bounds the calls; here only those wait whose connection is just being given back.
                .pendingAcquireMaxCount(-1)
                .pendingAcquireTimeout(settings.connectTimeout())
                .maxIdleTime(settings.maxUnused())
                .evictInBackground(settings.maxUnused())
                .disposeTimeout(Duration.ofSeconds(1))
                .lifo()
                .build();
        int connectMillis = Math.toIntExact(settings.connectTimeout().toMillis());
        HttpClient pooled = route.taken(HttpClient.create(pool))
                // Repeating is decided here, where it is known what may be repeated.
                .disableRetry(true)
                .httpResponseDecoder(decoder -> decoder.maxHeaderSize(MAX_HEADER_BYTES))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                // After a failed write there may be an answer to read: why the engine stopped reading.
                .option(ChannelOption.AUTO_CLOSE, false)
                .doOnChannelInit((observer, channel, address) ->
                        channel.pipeline().addBefore(NettyPipeline.HttpCodec, "connectionMark", new ConnectionMark()));
        TcpClient own = route.taken(TcpClient.newConnection())
                .runOn(HttpResources.get())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, connectMillis)
                // Output may still come after input that nobody reads.
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(READS_AT_ONCE));
        SslContext tls = route.tls();
        if (tls != null) {
            Consumer<SslProvider.SslContextSpec> secure =
                    spec -> spec.sslContext(tls).handshakeTimeout(settings.connectTimeout());
            pooled = pooled.secure(secure);
            own = own.secure(secure);
        }
        http = route.socket() != null ? pooled : keptAlive(pooled);
        single = route.socket() != null ? own : keptAlive(own);
    }

    private static <T extends ClientTransport<T, C>, C extends ClientTransportConfig<C>> T keptAlive(T client) {
        return client.option(ChannelOption.SO_KEEPALIVE, true)
                .option(EpollChannelOption.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS)
                .option(EpollChannelOption.TCP_KEEPINTVL, KEEPALIVE_INTERVAL_SECONDS)
                .option(EpollChannelOption.TCP_KEEPCNT, KEEPALIVE_PROBES);
    }

    /** False once closed: Reactor Netty's own pool would open anew. */
    boolean isOpen() {
        return !closed.get();
    }

    HttpClient http() {
        return http;
    }

    /** Opens a connection outside of the pool for each call. */
    TcpClient single() {
        return single;
    }

    /** For the {@code Host} header. */
    String authority() {
        return route.authority();
    }

    Mono<Void> close() {
        return Mono.defer(() -> {
            closed.set(true);
            return pool.disposeLater();
        });
    }
}
