package dev.roadstead.fleet;

import dev.roadstead.container.Container;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.event.EngineEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/** Follows the events of one engine for ever: one connection, opened again when it is lost. */
final class EventLink {
    private static final Logger LOG = LoggerFactory.getLogger(EventLink.class);

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 6;

    /** What happened before a list was made has come as an event this long after the list at the latest. */
    private static final Duration SETTLING = Duration.ofMillis(500);

    /** An engine may take two events' times in one order and tell them in the other. */
    private static final Duration OVERLAP = Duration.ofSeconds(1);

    private static final int REMEMBERED = 4096;

    private static final String NONSENSE = "ENGINE_NONSENSE";

    /** Which event it is, wherever it is told again. */
    private record Identity(
            Instant time, String type, @Nullable String id, String action) {
        static Identity of(EngineEvent event) {
            return new Identity(event.time(), event.type(), event.id(), event.action());
        }
    }

    private final Engine engine;
    private final EventRing ring;
    private final Clock clock;
    private final Flux<Instant> recoveries;
    private final KnownContainers containers;
    private final Counter seen;
    private final Counter losses;
    private final Sinks.Empty<Void> tried = Sinks.empty();
    private final Map<Identity, Boolean> recent = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Identity, Boolean> eldest) {
            return size() > REMEMBERED;
        }
    };

    private volatile boolean open;
    private volatile boolean reliedOn;
    private int failures;
    private boolean quiet;
    private boolean skipping;
    private boolean misunderstood;
    private @Nullable Instant firstOpened;
    private @Nullable Instant flowedAt;
    private @Nullable Instant firstTime;
    private @Nullable Instant lastTime;

    /** @param recoveries signals when the engine is back: with the time at which it was last known to be away */
    EventLink(Engine engine, EventRing ring, Clock clock, Flux<Instant> recoveries, MeterRegistry meters) {
        this.engine = engine;
        this.ring = ring;
        this.clock = clock;
        this.recoveries = recoveries;
        this.containers = new KnownContainers(engine.name(), clock);
        String name = engine.name().value();
        this.seen = Counter.builder("roadstead.events")
                .description("Events that engines have told")
                .tag("engine", name)
                .register(meters);
        this.losses = Counter.builder("roadstead.events.losses")
                .description("Connections for events that were lost")
                .tag("engine", name)
                .register(meters);
        Gauge.builder("roadstead.events.connected", () -> open ? 1 : 0)
                .description("1 while the engine's events are followed")
                .tag("engine", name)
                .register(meters);
    }

    /** Follows until it is cancelled. */
    Mono<Void> run() {
        return connection().onErrorResume(this::lost).repeat().then();
    }

    /** Completes when the engine's events have been asked for once, whatever came of it. */
    Mono<Void> tried() {
        return tried.asMono();
    }

    /** From here on somebody believes to hear of everything: if it has not begun yet, its beginning will be told as a gap. */
    void relyOn() {
        reliedOn = true;
    }

    private Mono<Void> connection() {
        return Flux.usingWhen(
                        Mono.defer(() -> engine.events().open(since())),
                        this::follow,
                        stream -> Mono.fromRunnable(stream::close))
                .doFinally(_ -> open = false)
                .then();
    }

    private Flux<?> follow(EngineStream<EngineEvent> stream) {
        return Flux.defer(() -> {
            Instant begun = opened();
            Flux<Runnable> happened = stream.items().<Runnable>map(event -> () -> happened(event));
            // A connection from before the engine was away may be a dead one that nobody has closed.
            Flux<Runnable> broken = recoveries
                    .filter(away -> !begun.isAfter(away))
                    .next()
                    .<Runnable>map(_ -> () -> failures = 0)
                    .concatWith(Mono.error(() -> ended("is back again")));
            // Only then it is sure that it does not fail each time for the same reason.
            Flux<Runnable> lasted = Mono.delay(LONGEST_PAUSE)
                    .<Runnable>map(_ -> () -> failures = 0)
                    .flux();
            Flux<Runnable> listed = list().delayElement(SETTLING)
                    .<Runnable>map(all -> () -> listed(all))
                    .flux();
            // One after the other, whichever thread they come from.
            return Flux.merge(happened.concatWith(Flux.error(() -> ended("ended its events"))), broken, listed, lasted)
                    .doOnNext(Runnable::run);
        });
    }

    private Mono<List<Container>> list() {
        return Mono.defer(() -> engine.containers().list(Map.of()))
                .timeout(engine.patience())
                .retryWhen(Retry.backoff(Long.MAX_VALUE, SHORTEST_PAUSE)
                        .maxBackoff(LONGEST_PAUSE)
                        .filter(failure -> !(failure instanceof EngineException.Unsupported)))
                .onErrorResume(EngineException.Unsupported.class, _ -> Mono.empty());
    }

    private Instant opened() {
        Instant now = clock.instant();
        boolean gap = firstOpened != null || failures > 0 || reliedOn;
        open = true;
        quiet = false;
        misunderstood = false;
        if (skipping) {
            skipping = false;
            firstTime = null;
            lastTime = null;
            firstOpened = now;
        }
        if (gap) {
            gap(now);
            LOG.info("events of engine {} are followed again", engine.name());
        }
        if (firstOpened == null) {
            firstOpened = now;
        }
        flowedAt = now;
        containers.begin();
        tried.tryEmitEmpty();
        return now;
    }

    private void gap(Instant until) {
        Instant from = flowedAt == null ? ring.begun() : flowedAt;
        ring.append(FleetEvent.gap(until, engine.name(), Map.of("from", from.toString(), "until", until.toString())));
    }

    private void happened(EngineEvent event) {
        Instant now = clock.instant();
        seen.increment();
        if (event.type().equals(EngineEvent.UNREADABLE)) {
            if (!misunderstood) {
                LOG.warn("engine {} told an event that is not understood: {}", engine.name(), event.attributes());
            }
            misunderstood = true;
            gap(now);
            flowedAt = now;
            return;
        }
        flowedAt = now;
        if (firstTime == null) {
            firstTime = event.time();
        }
        if (lastTime == null || event.time().isAfter(lastTime)) {
            lastTime = event.time();
        }
        if (recent.put(Identity.of(event), true) == null) {
            containers.happened(event).forEach(ring::append);
        }
    }

    private void listed(List<Container> all) {
        containers.listed(all).forEach(ring::append);
    }

    private Mono<Void> lost(Throwable failure) {
        tried.tryEmitEmpty();
        boolean unsupported = failure instanceof EngineException.Unsupported;
        failures++;
        if (failure instanceof EngineException nonsense && nonsense.code().equals(NONSENSE)) {
            skipping = true;
        }
        if (!unsupported) {
            losses.increment();
            if (!quiet) {
                LOG.warn(
                        "events of engine {} are not followed: {}",
                        engine.name(),
                        String.valueOf(failure.getMessage()));
            }
        }
        quiet = true;
        return Mono.firstWithSignal(
                Mono.delay(unsupported ? LONGEST_PAUSE : pause()).then(),
                recoveries.next().then());
    }

    /** Doubled at each failure in a row, and shortened at random, so that not all gateways come at once. */
    private Duration pause() {
        Duration longest = SHORTEST_PAUSE.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        long millis = (longest.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longest).toMillis();
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
    }

    /** On the engine's clock, if it has told a time yet. */
    private @Nullable Instant since() {
        if (skipping) {
            // What cannot be read would be told again and again.
            return null;
        }
        if (lastTime == null || firstTime == null) {
            return firstOpened;
        }
        Instant before = lastTime.minus(OVERLAP);
        return before.isBefore(firstTime) ? firstTime : before;
    }

    private EngineException ended(String how) {
        return new EngineException.Failed(
                "ENGINE_BROKE_OFF",
                "engine %s %s".formatted(engine.name(), how),
                EngineException.Evidence.of(engine.name().value()),
                null);
    }
}
