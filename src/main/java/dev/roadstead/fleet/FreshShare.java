package dev.roadstead.fleet;

import dev.roadstead.engine.EngineException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Lets many callers share one expensive read without ever giving anybody a stale answer: while a read is under way, those who ask wait
 * for the next one, which begins after they asked. So about one read runs and one waits, whatever the load, and whoever changed
 * something before asking sees the change.
 */
final class FreshShare<T> {
    private final Supplier<Mono<T>> read;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Flight<T> running;
    private @Nullable Flight<T> waiting;

    /** Shares what this supplier reads; each read must end by itself. */
    FreshShare(Supplier<Mono<T>> read) {
        this.read = read;
    }

    /** The outcome of a read that begins after subscription. A subscriber who leaves does not stop it. */
    Mono<T> get() {
        return Mono.defer(this::join);
    }

    private Mono<T> join() {
        lock.lock();
        try {
            Flight<T> current = running;
            if (current == null) {
                Flight<T> first = new Flight<>(this, Mono.empty());
                running = first;
                return first.outcome;
            }
            Flight<T> next = waiting;
            if (next == null) {
                // What timed out a moment ago would time out again: nobody waits twice for an engine that is away.
                next = new Flight<>(
                        this,
                        current.outcome
                                .then()
                                .onErrorResume(
                                        failure -> !(failure instanceof EngineException.TimedOut),
                                        failure -> Mono.empty()));
                waiting = next;
            }
            return next.outcome;
        } finally {
            lock.unlock();
        }
    }

    private Mono<T> begin(Flight<T> flight) {
        lock.lock();
        try {
            if (waiting == flight) {
                running = flight;
                waiting = null;
            }
        } finally {
            lock.unlock();
        }
        return read.get();
    }

    private void ended(Flight<T> flight) {
        lock.lock();
        try {
            if (running == flight) {
                running = waiting;
                waiting = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private static final class Flight<T> {
        private final Mono<T> outcome;

        Flight(FreshShare<T> owner, Mono<Void> before) {
            outcome = before.then(Mono.defer(() -> owner.begin(this)))
                    .doFinally(signal -> owner.ended(this))
                    .cache();
        }
    }
}
