package dev.roadstead.transport;

import dev.roadstead.engine.EngineException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens single connections to one engine on a thread of the caller's choice, for bytes that nothing here looks at. They are not read
 * unless asked, each direction ends by itself, and a failed write does not end what is read.
 */
public final class EngineDialer implements AutoCloseable {
    private static final int MOST_READ = 256 * 1024;

    private final TransportSettings settings;
    private final Route route;
    private final Failures failures;
    private final SocketAddress address;
    private final @Nullable DnsAddressResolverGroup names;

    /** @throws IllegalArgumentException if the settings make no sense */
    public EngineDialer(TransportSettings settings) {
        this.settings = settings;
        this.route = Route.of(settings);
        this.failures = new Failures(settings.engine());
        if (route.socket() != null) {
            address = route.socket();
            names = null;
        } else {
            boolean literal = NetUtil.isValidIpV4Address(route.host()) || NetUtil.isValidIpV6Address(route.host());
            address = literal
                    ? new InetSocketAddress(route.host(), route.port())
                    : InetSocketAddress.createUnresolved(route.host(), route.port());
            names = literal
                    ? null
                    : new DnsAddressResolverGroup(new DnsNameResolverBuilder()
                            .datagramChannelType(
                                    Epoll.isAvailable() ? EpollDatagramChannel.class : NioDatagramChannel.class));
        }
    }

    /** For the {@code Host} header. */
    public String authority() {
        return route.authority();
    }

    /** How long a connection may be unused. */
    public Duration maxUnused() {
        return settings.maxUnused();
    }

    /** Whether opening a connection costs a handshake. */
    public boolean isSecure() {
        return route.tls() != null;
    }

    /** How long a transfer may make no progress. */
    public Duration idleTimeout() {
        return settings.idleTimeout();
    }

    /**
     * Opens one, its TLS handshake included; what it fails with is named by {@link #unreachable}.
     *
     * @param loop the thread that serves it, as that of the server it is opened for
     * @param handler gets the bytes
     */
    public Future<Channel> dial(EventLoop loop, ChannelHandler handler) {
        Promise<Channel> ready = loop.newPromise();
        SslContext tls = route.tls();
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(type())
                .option(ChannelOption.AUTO_READ, false)
                .option(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .option(ChannelOption.AUTO_CLOSE, false)
                .option(
                        ChannelOption.CONNECT_TIMEOUT_MILLIS,
                        Math.toIntExact(settings.connectTimeout().toMillis()))
                .option(ChannelOption.RECVBUF_ALLOCATOR, new ReadSizes(MOST_READ, 1))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(MOST_READ / 4, MOST_READ))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (tls != null) {
                            SslHandler secure = tls.newHandler(channel.alloc(), route.host(), route.port());
                            secure.setHandshakeTimeoutMillis(
                                    settings.connectTimeout().toMillis());
                            channel.pipeline().addLast(secure);
                        }
                        channel.pipeline().addLast(handler);
                    }
                });
        if (route.socket() == null) {
            keptAlive(bootstrap);
        }
        if (names != null) {
            bootstrap.resolver(names);
        }
        ChannelFuture connecting = bootstrap.connect(address);
        connecting.addListener(_ -> connected(connecting, ready));
        return ready;
    }

    private static void connected(ChannelFuture connecting, Promise<Channel> ready) {
        Channel channel = connecting.channel();
        if (!connecting.isSuccess()) {
            ready.tryFailure(connecting.cause());
            return;
        }
        SslHandler secure = channel.pipeline().get(SslHandler.class);
        if (secure == null) {
            ready.trySuccess(channel);
            return;
        }
        // Nobody else asks for the bytes of the handshake.
        channel.read();
        secure.handshakeFuture().addListener(shaken -> {
            if (shaken.isSuccess()) {
                ready.trySuccess(channel);
            } else {
                ready.tryFailure(shaken.cause());
                var _ = channel.close();
            }
        });
    }

    private Class<? extends Channel> type() {
        if (!Epoll.isAvailable()) {
            return NioSocketChannel.class;
        }
        return route.socket() == null ? EpollSocketChannel.class : EpollDomainSocketChannel.class;
    }

    private static void keptAlive(Bootstrap bootstrap) {
        bootstrap.option(ChannelOption.SO_KEEPALIVE, true);
        if (Epoll.isAvailable()) {
            bootstrap
                    .option(EpollChannelOption.TCP_KEEPIDLE, Connector.KEEPALIVE_IDLE_SECONDS)
                    .option(EpollChannelOption.TCP_KEEPINTVL, Connector.KEEPALIVE_INTERVAL_SECONDS)
                    .option(EpollChannelOption.TCP_KEEPCNT, Connector.KEEPALIVE_PROBES);
        }
    }

    /** Why no connection came to be. */
    public Throwable unreachable(Throwable failure) {
        return failures.name(failure, false);
    }

    /** The engine closed or broke a connection in the middle. */
    public EngineException brokeOff(@Nullable Throwable failure) {
        return failure != null && failures.name(failure, true) instanceof EngineException named
                ? named
                : failures.brokeOff("it closed the connection");
    }

    /** The engine's answer makes no sense. */
    public EngineException nonsense(String what) {
        return failures.nonsense(what, null);
    }

    /** The engine, or the client that it waits for, does nothing. */
    public EngineException late(String what) {
        return failures.late(what, null);
    }

    /** There are too many connections. */
    public EngineException busy() {
        return failures.busy();
    }

    @Override
    public void close() {
        if (names != null) {
            names.close();
        }
    }
}
