package dev.roadstead.adapter.simulated;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/** Tells those who wait that something has changed; costs nothing while nobody waits. */
final class Bell {
    private final Scheduler scheduler;
    private Sinks.@Nullable Empty<Void> waiters;

    Bell(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    /** Wakes all who wait, on the engine's scheduler: safe to call while holding a lock. */
    void ring() {
        Sinks.Empty<Void> woken;
        synchronized (this) {
            woken = waiters;
            waiters = null;
        }
        if (woken != null) {
            woken.tryEmitEmpty();
        }
    }

    /**
     * Looks again after each ring until there is something to see.
     *
     * @param look null: nothing yet
     */
    <T> Mono<T> until(Supplier<@Nullable T> look) {
        return Mono.defer(() -> {
                    // Whoever rings between the look and the wait must be heard.
                    Mono<Void> next = next();
                    T seen = look.get();
                    return seen == null ? next.publishOn(scheduler).then(Mono.<T>empty()) : Mono.just(seen);
                })
                .repeatWhenEmpty(rounds -> rounds);
    }

    private synchronized Mono<Void> next() {
        if (waiters == null) {
            waiters = Sinks.empty();
        }
        return waiters.asMono();
    }
}
