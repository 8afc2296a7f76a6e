package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineName;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** The way to the engine: every call passes here, is delayed as configured, and fails if it shall. */
final class SimulatedLink {
    private final EngineName engine;
    private final Faults faults;
    private final Duration latency;
    private final Duration requestTimeout;
    private final Scheduler scheduler;
    private volatile boolean closed;

    SimulatedLink(EngineName engine, Faults faults, Duration latency, Duration requestTimeout, Scheduler scheduler) {
        this.engine = engine;
        this.faults = faults;
        this.latency = latency;
        this.requestTimeout = requestTimeout;
        this.scheduler = scheduler;
    }

    /** A call with an answer at once. */
    <T extends @Nullable Object> Mono<T> call(SimulatedCall call, Supplier<T> work) {
        return wait(call).then(Mono.fromSupplier(work));
    }

    /** A call without an answer. */
    Mono<Void> run(SimulatedCall call, Runnable work) {
        return wait(call).then(Mono.fromRunnable(work));
    }

    /** A call that takes a while. */
    <T> Mono<T> defer(SimulatedCall call, Supplier<Mono<T>> work) {
        return wait(call).then(Mono.defer(work));
    }

    /** A call answered by a stream. */
    <T> Flux<T> stream(SimulatedCall call, Supplier<Flux<T>> work) {
        return wait(call).thenMany(Flux.defer(work));
    }

    void close() {
        closed = true;
    }

    private Mono<Void> wait(SimulatedCall call) {
        return Mono.defer(() -> {
            if (closed) {
                return Mono.error(new EngineException.Unavailable(
                        "the simulated engine is closed", Evidence.of(engine.value()), null));
            }
            Duration delay = latency.plus(faults.delayOf(call));
            EngineException failure = delay.compareTo(requestTimeout) >= 0
                    ? new EngineException.TimedOut(
                            "no answer within " + requestTimeout, Evidence.of(engine.value()), null)
                    : faults.failureOf(call);
            Mono<Void> outcome = failure == null ? Mono.empty() : Mono.error(failure);
            if (delay.isZero()) {
                return outcome;
            }
            Duration bounded = delay.compareTo(requestTimeout) < 0 ? delay : requestTimeout;
            return Mono.delay(bounded, scheduler).then(outcome);
        });
    }
}
