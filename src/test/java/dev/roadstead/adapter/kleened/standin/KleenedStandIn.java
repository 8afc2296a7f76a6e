package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stands in for Kleened 0.1.1, which needs FreeBSD: it answers as the recordings of the real daemon do. Programs are real: a jail is a
 * change of root into a small busybox system, with mounts of its own.
 *
 * <p>It starts with one image, {@code FreeBSD:testing}, unless {@link Options#images} says otherwise. Bad days are asked for with
 * {@link #misbehave}; {@link #restart} is a restart of the daemon.
 */
public final class KleenedStandIn implements AutoCloseable {
    /**
     * How it starts.
     *
     * @param timing how long it waits for what
     * @param images names of the images that are there, each the busybox system
     */
    public record Options(Timing timing, List<String> images) {
        /** As recorded, with the image {@code FreeBSD:testing}. */
        public static final Options RECORDED = new Options(Timing.RECORDED, List.of("FreeBSD:testing"));

        public Options {
            images = List.copyOf(images);
        }

        /** The same with other waits. */
        public Options with(Timing other) {
            return new Options(other, images);
        }
    }

    private final Path directory;
    private final Options options;
    private final ExecutorService threads = Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("kleened-stand-in-", 0).factory());
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(
            1, Thread.ofPlatform().daemon().name("kleened-clock").factory());
    private final State state;
    private final Jails jails;
    private final Containers containers;
    private final Images images;
    private final Execs execs;
    private final Networks networks;
    private final Router router;
    private final ImageCreation creation;
    private final KleenedParts parts;
    private final Map<String, Mischief> mischief = new ConcurrentHashMap<>();
    private final Set<Wire> wires = ConcurrentHashMap.newKeySet();
    private final List<AutoCloseable> listeners = new ArrayList<>();
    private final List<Runnable> listen = new ArrayList<>();
    private @Nullable URI uri;

    private KleenedStandIn(Path directory, Options options) {
        this.directory = directory;
        this.options = options;
        state = new State(directory);
        jails = new Jails(directory.resolve("containers"));
        Volumes volumes = new Volumes(state);
        containers = new Containers(state, jails, volumes);
        images = new Images(state);
        execs = new Execs(state, jails, containers, threads, options.timing());
        networks = new Networks(state, containers::runs);
        router = new Router(containers, execs, images, networks, volumes, options.timing());
        creation = new ImageCreation(state, images, threads);
        parts = new KleenedParts(state, jails, containers, images, execs, networks, threads);
        try {
            for (String part : List.of("containers", "images", "volumes")) {
                Files.createDirectories(directory.resolve(part));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        BaseSystem.create(state.base());
        options.images().forEach(this::addImage);
    }

    /** Starts on the unix socket {@code kleened.sock} in a directory, where it keeps all its files. */
    public static KleenedStandIn onUnixSocket(Path directory) {
        return onUnixSocket(directory, Options.RECORDED);
    }

    /** The same, started in another way. */
    public static KleenedStandIn onUnixSocket(Path directory, Options options) {
        KleenedStandIn standIn = new KleenedStandIn(directory, options);
        Path socket = directory.resolve("kleened.sock");
        standIn.uri = URI.create("unix://" + socket);
        standIn.listen(() -> standIn.acceptUnix(socket));
        return standIn;
    }

    /** Starts on TCP, in clear text. */
    public static KleenedStandIn onTcp(Path directory, Options options) {
        KleenedStandIn standIn = new KleenedStandIn(directory, options);
        standIn.uri = URI.create("tcp://127.0.0.1:" + standIn.addTcp());
        return standIn;
    }

    /** Starts on TLS with certificates of clients required. */
    public static KleenedStandIn onTls(Path directory, Options options, SSLContext certificates) {
        KleenedStandIn standIn = new KleenedStandIn(directory, options);
        standIn.uri = URI.create("https://127.0.0.1:" + standIn.addTls(certificates));
        return standIn;
    }

    /** Where it listens. */
    public URI uri() {
        URI known = uri;
        if (known == null) {
            throw new IllegalStateException("it does not listen");
        }
        return known;
    }

    /** Listens on TCP too; the port. */
    public int addTcp() {
        return listenOn(() -> new ServerSocket());
    }

    /** Listens on TLS with certificates of clients too; the port. */
    public int addTls(SSLContext certificates) {
        return listenOn(() -> {
            SSLServerSocket server =
                    (SSLServerSocket) certificates.getServerSocketFactory().createServerSocket();
            SSLParameters parameters = server.getSSLParameters();
            parameters.setNeedClientAuth(true);
            parameters.setApplicationProtocols(new String[] {"h2", "http/1.1"});
            server.setSSLParameters(parameters);
            return server;
        });
    }

    /** Adds an image of the busybox system under this name; its id. */
    public String addImage(String nametag) {
        String id = state.ids.next();
        images.add(id, nametag, state.base());
        return id;
    }

    /** Lets {@code fetch} find a base system at this URL; it is the busybox system whatever is there. */
    public void offer(String url) {
        creation.offer(url);
    }

    /** Where a path that clients tell as one of the daemon's host really is. */
    public void mapHostPath(String path, Path real) {
        state.mapHostPath(path, real);
    }

    /** The next request or WebSocket whose path starts with this goes wrong; then all is well again. */
    public void misbehave(String path, Mischief how) {
        mischief.put(path, how);
    }

    /** What is inside, for a replay that sets the stage of a recording. */
    KleenedParts parts() {
        return parts;
    }

    /** The ids that the daemon makes next. */
    void giveIds(List<String> ids) {
        state.ids.forget();
        state.ids.give(ids);
    }

    /** Takes the daemon down: nobody listens, connections are dropped, exec instances are forgotten, jails go on. */
    public void down() {
        closeListeners();
        wires.forEach(KleenedStandIn::close);
        wires.clear();
        execs.forgetAll();
    }

    /** Brings the daemon up again: containers with {@code on-startup} are started. */
    public void up() {
        for (ObjectNode row : List.copyOf(state.containers)) {
            if (State.is(row, "restart_policy", "on-startup") && !containers.runs(State.text(row, "id"))) {
                ObjectNode config =
                        Schemas.EXEC.cast(JsonText.NODES.objectNode()).value();
                execs.ofDaemon(State.text(row, "id"), config).start(true, ExecSocket.DETACHED);
            }
        }
        listen.forEach(Runnable::run);
    }

    /** A restart of the daemon. */
    public void restart() {
        down();
        up();
    }

    @Override
    public void close() {
        closeListeners();
        wires.forEach(KleenedStandIn::close);
        try {
            for (Path container : children("containers")) {
                jails.kill(container.getFileName().toString());
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
        clock.shutdownNow();
        for (String part : List.of("base", "containers", "images", "volumes", "kleened.sock")) {
            BaseSystem.delete(directory.resolve(part));
        }
    }

    private List<Path> children(String part) {
        try (var list = Files.list(directory.resolve(part))) {
            return list.toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private interface Opening {
        ServerSocket open() throws IOException;
    }

    private int listenOn(Opening opening) {
        int[] port = new int[1];
        listen(() -> {
            try {
                ServerSocket server = opening.open();
                server.setReuseAddress(true);
                bind(server, port[0]);
                port[0] = server.getLocalPort();
                accept(server, () -> Wire.of(server.accept()));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
        return port[0];
    }

    /** After a restart the port has to be the same; somebody may have it for a moment. */
    private static void bind(ServerSocket server, int port) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (BindException taken) {
                if (System.nanoTime() > end) {
                    throw taken;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    private void listen(Runnable start) {
        listen.add(start);
        start.run();
    }

    private void acceptUnix(Path socket) {
        try {
            Files.deleteIfExists(socket);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            SocketAddress address = UnixDomainSocketAddress.of(socket);
            server.bind(address);
            accept(server, () -> Wire.of(server.accept()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private interface Accepting {
        Wire next() throws IOException;
    }

    private void accept(AutoCloseable server, Accepting accepting) {
        CountDownLatch ended = new CountDownLatch(1);
        // A thread in accept() may still take a connection that comes while its socket is closed: only after it nobody
        // listens.
        listeners.add(() -> {
            server.close();
            ended.await();
        });
        threads.execute(() -> {
            try {
                while (true) {
                    Wire wire = accepting.next();
                    wires.add(wire);
                    Connection connection = new Connection(wire, options.timing(), clock, new Daemon());
                    threads.execute(() -> {
                        connection.run();
                        wires.remove(wire);
                    });
                }
            } catch (IOException closed) {
                // it listens no more
            } finally {
                ended.countDown();
            }
        });
    }

    private void closeListeners() {
        listeners.forEach(KleenedStandIn::close);
        listeners.clear();
    }

    private static void close(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private @Nullable Mischief next(String path) {
        for (String prefix : mischief.keySet()) {
            if (path.startsWith(prefix)) {
                return mischief.remove(prefix);
            }
        }
        return null;
    }

    private final class Daemon implements Connection.Handler {
        @Override
        public @Nullable Answer answer(Request request) throws InterruptedException {
            if (isSocket(request)) {
                return upgrades(request)
                        ? new Answer(400, Map.of(), new byte[0])
                        : new Answer(426, Map.of("connection", "upgrade", "upgrade", "websocket"), new byte[0]);
            }
            return switch (next(request.path())) {
                case null -> router.answer(request);
                case CRASH ->
                    DebugPage.of(request, new Answer.Crash("RuntimeError", "(RuntimeError) a secret of the daemon"));
                case CRASH_HTML ->
                    DebugPage.html(request, new Answer.Crash("RuntimeError", "(RuntimeError) a secret of the daemon"));
                case HANG -> {
                    Thread.sleep(Long.MAX_VALUE);
                    yield null;
                }
                case NOT_JSON -> Answer.page(200, "application/json", "<secret>");
                default -> null;
            };
        }

        @Override
        public boolean upgrade(Request request, Wire wire, byte[] rest) throws IOException {
            if (!isSocket(request) || !upgrades(request) || !request.has("sec-websocket-key")) {
                return false;
            }
            String date = DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
            wire.write(WebSocketLink.handshake(request.header("sec-websocket-key"), date));
            WebSocketLink link = new WebSocketLink(wire, rest, options.timing().webSocketIdle(), clock);
            link.serve(endpoint(request, link));
            return true;
        }

        private WebSocketLink.Endpoint endpoint(Request request, WebSocketLink link) {
            Mischief.Of wrong = new Mischief.Of(next(request.path()));
            return switch (String.join("/", request.segments())) {
                case "images/create" ->
                    new ImageSocket(link, Schemas.IMAGE_CREATE, ImageSocket.creation(creation), wrong);
                case "images/build" -> new ImageSocket(link, Schemas.IMAGE_BUILD, ImageBuild.work(parts), wrong);
                default -> new ExecSocket(link, execs, wrong);
            };
        }

        private boolean isSocket(Request request) {
            try {
                return Router.isSocket(request.segments());
            } catch (IllegalArgumentException badEscape) {
                return false;
            }
        }

        private boolean upgrades(Request request) {
            return request.header("connection").toLowerCase(Locale.ROOT).contains("upgrade")
                    && request.header("upgrade").equalsIgnoreCase("websocket");
        }
    }
}
