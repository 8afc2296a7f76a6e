package dev.roadstead.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;

/** Stands between a client and a real server, passes bytes on, and cuts the connections when told to. */
final class CuttingProxy implements AutoCloseable {
    private static final int REMEMBERED = 256 * 1024;

    private record Pair(SocketChannel client, SocketChannel server) {
        void cut() {
            try (client;
                    server) {
                // Closing is all.
            } catch (IOException broken) {
                // Broken is cut as well.
            }
        }
    }

    private final ServerSocketChannel door;
    private final SocketAddress target;
    private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
    private final StringBuilder asked = new StringBuilder();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong allowed = new AtomicLong(Long.MAX_VALUE);
    private volatile boolean refusing;

    private CuttingProxy(ServerSocketChannel door, SocketAddress target) {
        this.door = door;
        this.target = target;
        Thread.ofVirtual().start(this::acceptAll);
    }

    /** Listens on this unix socket in front of an engine on {@code unix://}. */
    static CuttingProxy onUnixSocket(Path socket, URI engine) throws IOException {
        ServerSocketChannel door =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        return new CuttingProxy(door, UnixDomainSocketAddress.of(engine.getPath()));
    }

    /** Listens on a free port of 127.0.0.1 in front of {@code host:port}. */
    static CuttingProxy onTcp(String hostAndPort) throws IOException {
        URI parsed = URI.create("tcp://" + hostAndPort);
        ServerSocketChannel door = ServerSocketChannel.open().bind(new InetSocketAddress(loopback(), 0));
        return new CuttingProxy(door, new InetSocketAddress(parsed.getHost(), parsed.getPort()));
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    /** Where it listens: {@code host:port}. */
    String address() throws IOException {
        return "127.0.0.1:" + ((InetSocketAddress) door.getLocalAddress()).getPort();
    }

    /** Forgets what was asked. */
    void forget() {
        synchronized (asked) {
            asked.setLength(0);
        }
    }

    /** Cuts every connection now. */
    void cut() {
        pairs.forEach(Pair::cut);
    }

    /** Whether new connections are closed at once. */
    void refuse(boolean refuse) {
        refusing = refuse;
    }

    /** Cuts every connection once the server has sent so many bytes more. */
    void cutAfter(long bytes) {
        allowed.set(answered.get() + bytes);
    }

    /** Cuts no more. */
    void mend() {
        allowed.set(Long.MAX_VALUE);
        refusing = false;
    }

    /** Bytes the server has sent so far. */
    long answered() {
        return answered.get();
    }

    /** Waits until a client has sent this. */
    void awaitAsked(String text) {
        Awaitility.await(text).atMost(Duration.ofSeconds(20)).until(() -> hasAsked(text));
    }

    @Override
    public void close() throws IOException {
        SocketAddress address = door.getLocalAddress();
        door.close();
        cut();
        if (address instanceof UnixDomainSocketAddress unix) {
            Files.deleteIfExists(unix.getPath());
        }
    }

    private void acceptAll() {
        while (true) {
            try {
                SocketChannel client = door.accept();
                if (refusing) {
                    client.close();
                } else {
                    serve(client);
                }
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(SocketChannel client) throws IOException {
        SocketChannel server;
        try {
            server = SocketChannel.open(target);
        } catch (IOException unreachable) {
            client.close();
            return;
        }
        Pair pair = new Pair(client, server);
        pairs.add(pair);
        Thread.ofVirtual().start(() -> pass(pair, client, server, false));
        Thread.ofVirtual().start(() -> pass(pair, server, client, true));
    }

    private void pass(Pair pair, SocketChannel from, SocketChannel to, boolean answer) {
        byte[] buffer = new byte[16 * 1024];
        try {
            InputStream in = Channels.newInputStream(from);
            OutputStream out = Channels.newOutputStream(to);
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (answer) {
                    if (answered.addAndGet(read) > allowed.get()) {
                        cut();
                        return;
                    }
                } else {
                    remember(new String(buffer, 0, Math.min(read, 1024), StandardCharsets.ISO_8859_1));
                }
                out.write(buffer, 0, read);
            }
            to.shutdownOutput();
        } catch (IOException broken) {
            pair.cut();
        } finally {
            if (answer) {
                pair.cut();
                pairs.remove(pair);
            }
        }
    }

    private void remember(String text) {
        synchronized (asked) {
            if (asked.length() < REMEMBERED) {
                asked.append(text);
            }
        }
    }

    private boolean hasAsked(String text) {
        synchronized (asked) {
            return asked.indexOf(text) >= 0;
        }
    }
}
