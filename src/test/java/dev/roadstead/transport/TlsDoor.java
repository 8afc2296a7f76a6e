package dev.roadstead.transport;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Ends TLS in front of a real engine's unix socket, with a certificate of the test's choice. */
public final class TlsDoor implements AutoCloseable {
    private final ServerSocket door;
    private final UnixDomainSocketAddress engine;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private volatile SSLContext context;

    /** Listens on a free port of 127.0.0.1. */
    public TlsDoor(URI engine, SSLContext context) throws IOException {
        this.door = new ServerSocket(0, 0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        this.engine = UnixDomainSocketAddress.of(engine.getPath());
        this.context = context;
        Thread.ofVirtual().start(this::acceptAll);
    }

    public URI uri() {
        return URI.create("https://127.0.0.1:" + door.getLocalPort());
    }

    /** From now on another certificate is shown; connections are cut. */
    public void show(SSLContext other) {
        context = other;
        open.forEach(TlsDoor::cut);
    }

    @Override
    public void close() throws IOException {
        door.close();
        open.forEach(TlsDoor::cut);
    }

    private void acceptAll() {
        try {
            while (true) {
                Socket plain = door.accept();
                Thread.ofVirtual().start(() -> serve(plain));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket plain) {
        open.add(plain);
        try (plain;
                SSLSocket client = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
                SocketChannel server = SocketChannel.open(engine)) {
            open.add(server);
            client.startHandshake();
            Thread back = Thread.ofVirtual().start(() -> {
                pump(Channels.newInputStream(server), client);
                cut(plain);
            });
            client.getInputStream().transferTo(Channels.newOutputStream(server));
            cut(server);
            back.join();
            open.remove(server);
        } catch (IOException refused) {
            // The client does not trust us, or is gone.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        open.remove(plain);
    }

    private static void pump(InputStream from, SSLSocket to) {
        try (OutputStream out = to.getOutputStream()) {
            from.transferTo(out);
        } catch (IOException gone) {
            // So are both.
        }
    }

    private static void cut(Closeable connection) {
        try {
            connection.close();
        } catch (IOException broken) {
            // Broken is cut as well.
        }
    }
}
