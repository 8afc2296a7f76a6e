package dev.roadstead.proxy;

import dev.roadstead.engine.EngineName;
import dev.roadstead.nativeaccess.NativeRules;
import dev.roadstead.transport.EngineDialer;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One engine as the proxy sees it: its rules, a bound, and connections that wait for the next request, on the threads they live on. */
public final class ProxiedEngine implements AutoCloseable {
    private static final int MOST_IDLE_PER_LOOP = 32;

    /** What cannot be repeated goes over a connection that was in use just now, or over a new one. */
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final EngineName name;
    private final EngineDialer dialer;
    private final NativeRules rules;
    private final int most;
    private final long maxUnusedNanos;
    private final AtomicInteger active = new AtomicInteger();
    private final Map<EventLoop, ArrayDeque<UpstreamLink>> idle = new ConcurrentHashMap<>();
    /** Threads on which somebody looks after those that wait. */
    private final Set<EventLoop> swept = ConcurrentHashMap.newKeySet();

    private final Counter[] answers = new Counter[6];
    private final Counter toEngine;
    private final Counter fromEngine;
    private final Counter spliced;
    private volatile boolean closed;

    public ProxiedEngine(
            EngineName name, EngineDialer dialer, NativeRules rules, ProxySettings settings, MeterRegistry meters) {
        this.name = name;
        this.dialer = dialer;
        this.rules = rules;
        this.most = settings.maxConnections();
        this.maxUnusedNanos = dialer.maxUnused().toNanos();
        for (int kind = 0; kind < answers.length; kind++) {
            answers[kind] = meters.counter(
                    "roadstead.proxy.requests", "engine", name.value(), "status", kind == 0 ? "none" : kind + "xx");
        }
        toEngine = meters.counter("roadstead.proxy.bytes", "engine", name.value(), "direction", "request");
        fromEngine = meters.counter("roadstead.proxy.bytes", "engine", name.value(), "direction", "response");
        spliced = meters.counter("roadstead.proxy.spliced", "engine", name.value());
        meters.gauge("roadstead.proxy.active", Tags.of("engine", name.value()), active);
    }

    EngineName name() {
        return name;
    }

    EngineDialer dialer() {
        return dialer;
    }

    NativeRules rules() {
        return rules;
    }

    /** Takes a place; false: there is none. */
    boolean enter() {
        if (active.incrementAndGet() > most) {
            active.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Gives it back. */
    void leave() {
        active.decrementAndGet();
    }

    /**
     * Bytes of one request and its answer.
     *
     * @param spliced those of both that were moved by the kernel
     */
    record Bytes(long sent, long received, long spliced) {}

    void count(int status, Bytes bytes) {
        answers[status < 600 ? status / 100 : 5].increment();
        toEngine.increment((double) bytes.sent());
        fromEngine.increment((double) bytes.received());
        spliced.increment((double) bytes.spliced());
    }

    /** A connection that waits on this thread; null: there is none that would do. */
    @Nullable
    UpstreamLink idle(EventLoop loop, boolean repeatable) {
        ArrayDeque<UpstreamLink> links = idle.get(loop);
        if (links == null) {
            return null;
        }
        long now = System.nanoTime();
        UpstreamLink link = links.peekLast();
        // The last one is the freshest.
        long bound = repeatable || dialer.isSecure() ? maxUnusedNanos : Math.min(FRESH_NANOS, maxUnusedNanos);
        if (link == null || now - link.idleSince() > bound) {
            return null;
        }
        return links.pollLast();
    }

    /** Keeps a connection for the next request; called on its thread. */
    void park(UpstreamLink link, EventLoop loop) {
        ArrayDeque<UpstreamLink> links = idle.computeIfAbsent(loop, _ -> new ArrayDeque<>());
        if (closed || links.size() >= MOST_IDLE_PER_LOOP) {
            link.close();
            return;
        }
        if (swept.add(loop)) {
            sweepLater(loop, links);
        }
        links.addLast(link);
        link.parked();
    }

    private void sweepLater(EventLoop loop, ArrayDeque<UpstreamLink> links) {
        Future<?> _ = loop.schedule(
                () -> {
                    long now = System.nanoTime();
                    while (!links.isEmpty() && (closed || now - links.getFirst().idleSince() >= maxUnusedNanos)) {
                        links.removeFirst().close();
                    }
                    if (links.isEmpty()) {
                        swept.remove(loop);
                    } else {
                        sweepLater(loop, links);
                    }
                },
                maxUnusedNanos,
                TimeUnit.NANOSECONDS);
    }

    /** One that waited is of no use any more. */
    void forget(UpstreamLink link, EventLoop loop) {
        ArrayDeque<UpstreamLink> links = idle.get(loop);
        if (links != null) {
            links.remove(link);
        }
    }

    /** Opens a connection. */
    UpstreamLink dial(EventLoop loop, BiConsumer<UpstreamLink, @Nullable Throwable> then) {
        UpstreamLink link = new UpstreamLink(this);
        var dialled = dialer.dial(loop, link);
        dialled.addListener(_ -> then.accept(link, dialled.cause()));
        return link;
    }

    @Override
    public void close() {
        closed = true;
        idle.forEach((loop, links) -> {
            if (!loop.isShuttingDown()) {
                loop.execute(() -> {
                    links.forEach(UpstreamLink::close);
                    links.clear();
                });
            }
        });
        dialer.close();
    }
}
