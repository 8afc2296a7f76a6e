package dev.roadstead.proxy;

import dev.roadstead.audit.AuditEntry;
import dev.roadstead.audit.AuditLog;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.NettyPipeline;

/** What all connections to engines' own APIs share; the owner of what is under way. */
public final class ProxyService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("dev.roadstead.proxy.access");
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final String ACTION = "proxy";
    private static final int MOST_REQUEST_ID = 128;

    private final EngineRegistry registry;
    private final Map<String, ProxiedEngine> engines;
    private final ProxyAccess access;
    private final ProxyProblems problems;
    private final AuditLog audit;
    private final ProxySettings settings;
    private final Clock clock;
    private final ProxyDoor shared;
    private final Set<Exchange> active = ConcurrentHashMap.newKeySet();
    private final Set<Exchange> tunnels = ConcurrentHashMap.newKeySet();
    private final Disposable watching;
    private final AtomicBoolean warned = new AtomicBoolean();
    private volatile boolean draining;

    /**
     * @param engines those that can be reached by bytes; closed with this
     * @param domain engines are served at {@code <engine>.<domain>} too; null: they are not
     */
    public ProxyService(
            EngineRegistry registry,
            List<ProxiedEngine> engines,
            ProxyAccess access,
            ProxyProblems problems,
            AuditLog audit,
            ProxySettings settings,
            @Nullable String domain,
            Clock clock) {
        this.registry = registry;
        this.engines = engines.stream()
                .collect(Collectors.toUnmodifiableMap(engine -> engine.name().value(), Function.identity()));
        this.access = access;
        this.problems = problems;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
        this.shared = new ProxyDoor.Shared(domain);
        this.watching = Schedulers.parallel()
                .schedulePeriodically(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Puts it before HTTP/1.1's codec on a connection of the gateway's own port; where there is none, nothing is passed on. */
    public void install(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (pipeline.get(NettyPipeline.HttpCodec) == null) {
            if (warned.compareAndSet(false, true)) {
                LOG.warn("engines' own APIs are not served by HTTP/2 (server.http2.enabled)");
            }
            return;
        }
        ProxyFront front = new ProxyFront(this, shared, false);
        pipeline.addBefore(NettyPipeline.HttpCodec, "roadstead.proxy", front);
        pipeline.addAfter(NettyPipeline.HttpCodec, "roadstead.proxy.answers", new AnswerWatch(front));
    }

    ProxySettings settings() {
        return settings;
    }

    ProxyAccess access() {
        return access;
    }

    ProxyProblems problems() {
        return problems;
    }

    boolean isDraining() {
        return draining;
    }

    /** The engine of that name; fails with {@link EngineException} if there is none that can be reached by bytes. */
    ProxiedEngine engine(String name) {
        ProxiedEngine known = engines.get(name);
        if (known != null) {
            return known;
        }
        Engine other = registry.get(name);
        throw new EngineException.Unsupported(
                Capability.NATIVE,
                "%s has no API of its own".formatted(other.kind().word()),
                Evidence.of(name));
    }

    /** Asks who it is; what then happens may happen on another thread, or at once. */
    Disposable ask(
            @Nullable String authorization,
            @Nullable InetAddress from,
            Consumer<String> then,
            Consumer<Throwable> otherwise) {
        return access.authenticate(authorization, from).subscribe(then, otherwise);
    }

    String requestId(@Nullable String given) {
        if (given == null || given.isEmpty() || given.length() > MOST_REQUEST_ID) {
            return newRequestId();
        }
        for (int at = 0; at < given.length(); at++) {
            if (given.charAt(at) <= ' ' || given.charAt(at) > '~') {
                return newRequestId();
            }
        }
        return given;
    }

    /** Names need not be secret, and the secure source may block. */
    String newRequestId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long most = (random.nextLong() & ~0xf000L) | 0x4000L;
        long least = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(most, least).toString();
    }

    void began(Exchange exchange) {
        active.add(exchange);
    }

    void tunnelOpened(Exchange exchange) {
        tunnels.add(exchange);
        if (draining) {
            exchange.loop().execute(exchange::shutDown);
        }
    }

    void ended(Exchange exchange, boolean tunnel, int status, ProxiedEngine.Bytes bytes, @Nullable ProxyEnd end) {
        active.remove(exchange);
        if (tunnel) {
            tunnels.remove(exchange);
        }
        ProxiedEngine engine = exchange.engine();
        engine.leave();
        engine.count(status, bytes);
        Exchange.Request about = exchange.about();
        told(
                about.id(),
                about.user(),
                about.head().method,
                about.head().path(),
                engine.name().value(),
                status,
                end,
                tunnel,
                about.begunAt());
    }

    void refused(
            String id,
            @Nullable String user,
            String method,
            String path,
            @Nullable String engine,
            int status,
            @Nullable ProxyEnd end,
            long begunAt) {
        told(id, user, method, path, engine, status, end, false, begunAt);
    }

    /** The one place where it is told what was done. */
    private void told(
            String id,
            @Nullable String user,
            String method,
            String path,
            @Nullable String engine,
            int status,
            @Nullable ProxyEnd end,
            boolean tunnel,
            long begunAt) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begunAt);
        boolean quiet = end == null && !tunnel && (method.equals("GET") || method.equals("HEAD"));
        if (!quiet) {
            audit.record(new AuditEntry(
                    clock.instant().minusMillis(millis),
                    id,
                    user,
                    method,
                    path,
                    engine,
                    null,
                    ACTION,
                    status == 0 ? null : status,
                    Duration.ofMillis(millis),
                    end == null ? null : end.word()));
        }
        if (quiet ? LOG.isDebugEnabled() : LOG.isInfoEnabled()) {
            String line = "%s %s %d %dms user=%s request_id=%s%s"
                    .formatted(
                            method,
                            path,
                            status,
                            millis,
                            user == null ? "-" : user,
                            id,
                            end == null ? "" : " (%s)".formatted(end.code()));
            LOG.atLevel(quiet ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.INFO)
                    .log(line);
        }
    }

    void broken(Throwable cause) {
        LOG.debug("a client's connection broke: {}", cause.toString());
    }

    private void look() {
        for (Exchange exchange : active) {
            if (exchange.quietNanos() > LOOK.toNanos()) {
                exchange.loop().execute(exchange::check);
            }
        }
    }

    /**
     * Begins no keep-alive any more, ends what has no end, and waits for the rest.
     *
     * @param bound after which the rest is ended too
     */
    public Mono<Void> drain(Duration bound) {
        return Mono.defer(() -> {
            draining = true;
            tunnels.forEach(exchange -> exchange.loop().execute(exchange::shutDown));
            return Flux.interval(Duration.ZERO, Duration.ofMillis(20))
                    .takeUntil(_ -> active.isEmpty())
                    .then()
                    .timeout(
                            bound,
                            Mono.fromRunnable(() ->
                                    active.forEach(exchange -> exchange.loop().execute(exchange::shutDown))));
        });
    }

    @Override
    public void close() {
        draining = true;
        watching.dispose();
        engines.values().forEach(ProxiedEngine::close);
    }
}
