package dev.roadstead.proxy;

import dev.roadstead.engine.EngineName;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/** An engine's own address: a socket at which nothing else is served. */
public final class ProxyListener implements AutoCloseable {
    private static final String OWNER_ONLY = "rw-------";
    private static final int IDLE_SECONDS = 60;
    private static final int PROBE_SECONDS = 15;
    private static final int PROBES = 4;

    private final Channel server;
    private final @Nullable Path file;

    private ProxyListener(Channel server, @Nullable Path file) {
        this.server = server;
        this.file = file;
    }

    /**
     * Listens on a port.
     *
     * @param tls null: plain
     * @param byCertificate whether who shows a certificate that is trusted is let in by it
     * @throws IOException if it cannot
     */
    public static ProxyListener onPort(
            ProxyService service,
            EngineName engine,
            InetSocketAddress address,
            @Nullable SslContext tls,
            boolean byCertificate,
            LoopResources loops)
            throws IOException {
        ProxyDoor door = new ProxyDoor.Own(engine.value(), null, byCertificate);
        return new ProxyListener(bind(service, door, address, tls, loops), null);
    }

    /**
     * Listens on a unix socket that only its owner may open, and whoever does is let in. A file that nobody listens at is replaced.
     *
     * @throws IOException if it cannot
     */
    public static ProxyListener onFile(ProxyService service, EngineName engine, Path file, LoopResources loops)
            throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.isDirectory(file)) {
                throw new IOException("%s is no socket".formatted(file));
            }
            if (isAnswered(file)) {
                throw new IOException("somebody listens at %s".formatted(file));
            }
        }
        Path absolute = file.toAbsolutePath();
        // Nobody else may open it before its mode is set: it is made where nobody else can look.
        Path hidden = Files.createTempDirectory(
                absolute.getParent(),
                ".roadstead",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Path made = hidden.resolve("s");
            ProxyDoor door = new ProxyDoor.Own(engine.value(), "unix", false);
            Channel server = bind(service, door, new DomainSocketAddress(made.toString()), null, loops);
            try {
                Files.setPosixFilePermissions(made, PosixFilePermissions.fromString(OWNER_ONLY));
                Files.move(made, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (IOException failed) {
                var _ = server.close();
                throw failed;
            }
            return new ProxyListener(server, absolute);
        } finally {
            Files.deleteIfExists(hidden);
        }
    }

    private static boolean isAnswered(Path file) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(file));
        } catch (IOException nobody) {
            return false;
        }
    }

    private static Channel bind(
            ProxyService service, ProxyDoor door, SocketAddress address, @Nullable SslContext tls, LoopResources loops)
            throws IOException {
        boolean isNative = LoopResources.hasNativeSupport();
        EventLoopGroup workers = loops.onServer(isNative);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.onServerSelect(isNative), workers)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        if (channel instanceof EpollSocketChannel) {
                            channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
                            channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, IDLE_SECONDS);
                            channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, PROBE_SECONDS);
                            channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, PROBES);
                        }
                        if (tls != null) {
                            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                        }
                        channel.pipeline().addLast(new ProxyFront(service, door, true));
                    }
                });
        if (address instanceof DomainSocketAddress) {
            bootstrap.channel(EpollServerDomainSocketChannel.class);
        } else {
            bootstrap.channel(isNative ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
        }
        var bound = bootstrap.bind(address).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        return bound.channel();
    }

    /** The port; -1 if it has none. */
    public int port() {
        return server.localAddress() instanceof InetSocketAddress address ? address.getPort() : -1;
    }

    @Override
    public void close() throws IOException {
        server.close().awaitUninterruptibly();
        if (file != null) {
            Files.deleteIfExists(file);
        }
    }
}
