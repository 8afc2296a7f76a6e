package dev.roadstead.fleet;

import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.engine.EngineStream;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The events of all engines as one stream. It follows each engine once, always, and keeps the last events; however many follow it, the
 * engines do not notice.
 */
public final class EventHub implements AutoCloseable {
    /** How many events are kept for those who come back or are slow. */
    static final int CAPACITY = 10_000;

    /** Right after the start: how long a subscriber waits for the engines to be asked for the first time. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final EngineRegistry registry;
    private final Clock clock;
    private final EventRing ring;
    private final List<EventLink> links;
    private final AtomicInteger subscribers = new AtomicInteger();
    private final Disposable.Swap following = Disposables.swap();

    /** Follows nothing yet. */
    public EventHub(EngineRegistry registry, EngineMonitor monitor, Clock clock, MeterRegistry meters) {
        this(registry, monitor, clock, meters, CAPACITY);
    }

    EventHub(EngineRegistry registry, EngineMonitor monitor, Clock clock, MeterRegistry meters, int capacity) {
        this.registry = registry;
        this.clock = clock;
        Instant begun = clock.instant();
        this.ring = new EventRing(incarnation(begun), capacity, begun);
        this.links = registry.all().stream()
                .map(engine -> new EventLink(engine, ring, clock, monitor.recoveries(engine.name()), meters))
                .toList();
        Gauge.builder("roadstead.events.subscribers", subscribers, AtomicInteger::get)
                .description("Clients that follow the events")
                .register(meters);
    }

    /** Begins to follow all engines. */
    public void start() {
        following.update(Flux.fromIterable(links)
                .flatMap(EventLink::run, Math.max(1, links.size()))
                .subscribe());
    }

    @Override
    public void close() {
        following.dispose();
    }

    /**
     * Opens a stream without an end: whatever happens after this emits is in it, or a gap is. It is pulled; whoever falls behind by
     * more than is kept is told of a gap and goes on with the oldest event there is.
     *
     * @param since what happened from then on comes first, as far as it is kept (inclusive)
     * @param lastEventId goes on behind that event instead; with a gap if that is not known any more
     * @return fails with NotFound ({@code NO_SUCH_ENGINE}) if the filter names an unknown engine
     */
    public Mono<EngineStream<ToldEvent>> open(
            EventFilter filter, @Nullable Instant since, @Nullable String lastEventId) {
        return Mono.defer(() -> {
            filter.engines().forEach(registry::get);
            return everyEngineAsked().then(Mono.fromSupplier(() -> {
                links.forEach(EventLink::relyOn);
                EventReader reader = new EventReader(ring, filter, clock, since, lastEventId);
                Sinks.Empty<Void> closed = Sinks.empty();
                return new EngineStream<>(
                        reader.events()
                                .doOnSubscribe(_ -> subscribers.incrementAndGet())
                                .doFinally(_ -> subscribers.decrementAndGet())
                                .takeUntilOther(closed.asMono()),
                        closed::tryEmitEmpty);
            }));
        });
    }

    private Mono<Void> everyEngineAsked() {
        return Mono.when(links.stream().map(EventLink::tried).toList()).timeout(LONGEST_WAIT, Mono.empty());
    }

    /** Grows with time, for people; and no two gateways that start at once share one. */
    private static String incarnation(Instant begun) {
        String unique = UUID.randomUUID().toString();
        return Long.toString(begun.toEpochMilli(), Character.MAX_RADIX) + unique.substring(0, 4);
    }
}
