package dev.roadstead.fleet;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.fleet.Observation.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Looks after every engine in the background, so that nobody has to ask one to know whether it is there. */
public final class EngineMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineMonitor.class);

    /** Another engine's recovery may be told at the same moment. */
    private static final Duration LONGEST_EMISSION = Duration.ofMillis(100);

    private final EngineRegistry registry;
    private final Clock clock;
    private final Duration interval;
    private final Map<EngineName, Observation> observations = new ConcurrentHashMap<>();

    /** Of engines that are not up again yet: it may be a while before a daemon that is back answers everything. */
    private final Map<EngineName, Instant> lastDown = new ConcurrentHashMap<>();

    private final Sinks.Many<Recovery> recovered = Sinks.many().multicast().directBestEffort();
    private final Disposable.Swap watching = Disposables.swap();

    /**
     * Observes nothing yet.
     *
     * @param interval between the end of one observation of an engine and the next
     */
    public EngineMonitor(EngineRegistry registry, Clock clock, Duration interval) {
        this.registry = registry;
        this.clock = clock;
        this.interval = interval;
    }

    /** Begins to observe; every engine at its own pace, so that a slow one delays no other. */
    public void start() {
        watching.update(Flux.fromIterable(registry.all())
                .flatMap(
                        engine -> probe(engine)
                                .onErrorResume(failure -> {
                                    LOG.error("engine {} could not be observed", engine.name(), failure);
                                    return Mono.empty();
                                })
                                .repeatWhen(rounds -> rounds.delayElements(interval)),
                        Math.max(1, registry.all().size()))
                .subscribe());
    }

    @Override
    public void close() {
        watching.dispose();
    }

    /** What was last seen; null before the first observation has ended. */
    public @Nullable Observation last(EngineName name) {
        return observations.get(name);
    }

    private record Recovery(EngineName engine, Instant lastDown) {}

    /**
     * Signals whenever an engine that could not be reached answers again, and once more if it is fully up only later: with the time at
     * which it was last seen down.
     */
    public Flux<Instant> recoveries(EngineName name) {
        return recovered
                .asFlux()
                .filter(recovery -> recovery.engine().equals(name))
                .map(Recovery::lastDown);
    }

    /** Asks the engine now, within its patience; never fails for what the engine does. */
    public Mono<Observation> probe(Engine engine) {
        return attempt(engine, Mono.defer(engine::ping))
                .zipWhen(ping -> attempt(engine, Mono.defer(engine::describe)))
                .map(both -> judge(engine, both.getT1(), both.getT2()))
                .doOnNext(seen -> note(engine, seen));
    }

    private record Attempt<T>(@Nullable T answer, @Nullable Throwable failure) {}

    private static <T> Mono<Attempt<T>> attempt(Engine engine, Mono<T> call) {
        return call.timeout(
                        engine.patience(),
                        Mono.error(() -> new EngineException.TimedOut(
                                "no answer within %d ms"
                                        .formatted(engine.patience().toMillis()),
                                Evidence.of(engine.name().value()),
                                null)))
                .map(answer -> new Attempt<T>(answer, null))
                .onErrorResume(failure -> Mono.just(new Attempt<T>(null, failure)));
    }

    private Observation judge(Engine engine, Attempt<Duration> ping, Attempt<EngineDescription> description) {
        Throwable failure = ping.failure() != null ? ping.failure() : description.failure();
        Status status;
        if (failure == null) {
            status = Status.UP;
        } else if (ping.failure() instanceof EngineException.Denied
                || description.failure() instanceof EngineException.Denied) {
            status = Status.UNTRUSTED;
        } else if (ping.failure() == null
                || (description.failure() == null && ping.failure() instanceof EngineException.Failed)
                || (isBusy(ping.failure()) && (description.failure() == null || isBusy(description.failure())))) {
            status = Status.DEGRADED;
        } else {
            status = Status.DOWN;
        }
        Observation before = observations.get(engine.name());
        EngineDescription known =
                Optional.ofNullable(description.answer()).orElseGet(() -> before == null ? null : before.description());
        Double latency = ping.answer() == null ? null : ping.answer().toNanos() / 1e6;
        String error = failure == null
                ? null
                : Optional.ofNullable(failure.getMessage())
                        .orElse(failure.getClass().getSimpleName());
        return new Observation(status, known, latency, error, clock.instant());
    }

    /** Every connection in use says that there is an engine to use them for. */
    private static boolean isBusy(@Nullable Throwable failure) {
        return failure instanceof EngineException.Unavailable unavailable
                && unavailable.code().equals("ENGINE_BUSY");
    }

    private void note(Engine engine, Observation seen) {
        if (seen.status() == Status.DOWN) {
            lastDown.put(engine.name(), seen.observedAt());
        }
        Observation before = observations.put(engine.name(), seen);
        if (before != null && before.status() == seen.status()) {
            return;
        }
        if (seen.status() == Status.UP || seen.status() == Status.DEGRADED) {
            Instant away = seen.status() == Status.UP ? lastDown.remove(engine.name()) : lastDown.get(engine.name());
            if (away != null) {
                recovered.emitNext(
                        new Recovery(engine.name(), away), Sinks.EmitFailureHandler.busyLooping(LONGEST_EMISSION));
            }
        }
        if (seen.status() == Status.UP) {
            LOG.info("engine {} is up", engine.name());
        } else {
            LOG.warn("engine {} is {}: {}", engine.name(), seen.status().word(), seen.lastError());
        }
    }
}
