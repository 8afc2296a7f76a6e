package dev.roadstead.transport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server on a unix socket, TCP or TLS that does to each request what its scripts say, be it right or wrong. Records the
 * requests, counts the connections. For the faults that no real engine gives on demand.
 */
public final class ScriptedServer implements AutoCloseable {
    /** A unix socket whose backlog is full refuses at once. */
    private static final int BACKLOG = 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private interface Door extends AutoCloseable {
        ScriptedConnection accept() throws IOException;

        @Override
        void close() throws IOException;
    }

    private final URI uri;
    private final Door door;
    private final @Nullable Path folder;
    private final Map<String, Deque<Script>> routes = new ConcurrentHashMap<>();
    private final List<ScriptedRequest> requests = new CopyOnWriteArrayList<>();
    private final Set<ScriptedConnection> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger accepted = new AtomicInteger();
    private volatile Script otherwise = Script.json(404, "{\"message\":\"not scripted\"}");

    private ScriptedServer(URI uri, Door door, @Nullable Path folder) {
        this.uri = uri;
        this.door = door;
        this.folder = folder;
        Thread.ofVirtual().start(this::acceptAll);
    }

    /** Listens on a unix socket in a folder of its own. */
    public static ScriptedServer onUnixSocket() {
        try {
            Path folder = Files.createTempDirectory("scripted");
            return onUnixSocket(folder.resolve("engine.sock"), folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Listens on this unix socket; its folder stays when the server is closed. */
    public static ScriptedServer onUnixSocket(Path socket) {
        return onUnixSocket(socket, null);
    }

    private static ScriptedServer onUnixSocket(Path socket, @Nullable Path folder) {
        try {
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(socket), BACKLOG);
            Door door = new Door() {
                @Override
                public ScriptedConnection accept() throws IOException {
                    return new ScriptedConnection(channel.accept());
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                    Files.deleteIfExists(socket);
                }
            };
            return new ScriptedServer(URI.create("unix://" + socket), door, folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Listens on a free port of 127.0.0.1; the uri begins with {@code http}. */
    public static ScriptedServer onTcp() {
        try {
            return onSocket("http", new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Listens with TLS on a free port of 127.0.0.1; the uri begins with {@code https}.
     *
     * @param clientsShowCertificate whether clients without a trusted certificate are refused
     * @param protocols e.g. {@code TLSv1.3}
     */
    public static ScriptedServer onTls(SSLContext context, boolean clientsShowCertificate, String... protocols) {
        try {
            SSLServerSocket socket = (SSLServerSocket)
                    context.getServerSocketFactory().createServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
            socket.setNeedClientAuth(clientsShowCertificate);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            return onSocket("https", socket);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static ScriptedServer onSocket(String scheme, ServerSocket socket) {
        Door door = new Door() {
            @Override
            public ScriptedConnection accept() throws IOException {
                return new ScriptedConnection(socket.accept());
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
        return new ScriptedServer(URI.create(scheme + "://127.0.0.1:" + socket.getLocalPort()), door, null);
    }

    public URI uri() {
        return uri;
    }

    /** Plays these on a request, one after the other, the last one again and again; e.g. {@code on("GET /info", …)}. */
    public ScriptedServer on(String methodAndPath, Script... scripts) {
        routes.put(methodAndPath, new ArrayDeque<>(List.of(scripts)));
        return this;
    }

    /** Plays this on every request that has no script of its own; without, it is a 404. */
    public ScriptedServer otherwise(Script script) {
        otherwise = script;
        return this;
    }

    /** Every request so far, in the order of arrival. */
    public List<ScriptedRequest> requests() {
        return List.copyOf(requests);
    }

    /** Connections that neither side has closed. */
    public int openConnections() {
        return open.size();
    }

    /** Connections ever accepted. */
    public int acceptedConnections() {
        return accepted.get();
    }

    /** Waits until so many connections are open. */
    public void awaitOpenConnections(int expected) {
        Awaitility.await("open connections: " + expected)
                .atMost(PATIENCE)
                .until(this::openConnections, count -> count == expected);
    }

    /** Waits until so many requests have come. */
    public void awaitRequests(int expected) {
        Awaitility.await("requests: " + expected).atMost(PATIENCE).until(requests::size, count -> count >= expected);
    }

    /** Closes every connection from this side, as a restarted engine does. */
    public void dropConnections() throws IOException {
        for (ScriptedConnection connection : open) {
            connection.close();
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        dropConnections();
        if (folder != null) {
            Files.deleteIfExists(folder);
        }
    }

    private void acceptAll() {
        while (true) {
            ScriptedConnection connection;
            try {
                connection = door.accept();
            } catch (IOException closed) {
                return;
            }
            accepted.incrementAndGet();
            open.add(connection);
            Thread.ofVirtual().start(() -> serve(connection));
        }
    }

    private void serve(ScriptedConnection connection) {
        try (connection) {
            connection.serve(requests::add, at -> scriptFor(at.request()).play(at));
        } catch (IOException broken) {
            // The client broke off, or a script did: the test looks at the client.
        } finally {
            open.remove(connection);
        }
    }

    private Script scriptFor(ScriptedRequest request) {
        Deque<Script> scripts = routes.get(request.method() + " " + request.path());
        if (scripts == null) {
            return otherwise;
        }
        synchronized (scripts) {
            return scripts.size() > 1 ? scripts.pop() : scripts.getFirst();
        }
    }
}
