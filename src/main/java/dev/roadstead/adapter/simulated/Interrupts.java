package dev.roadstead.adapter.simulated;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Ends what the shells of a process are doing now, while they themselves go on; those of the innermost that somebody types at, if any. */
final class Interrupts {
    private final Scheduler scheduler;
    private final Bell bell;
    private volatile long count;
    private volatile int code;
    private volatile @Nullable Interrupts inner;

    Interrupts(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.bell = new Bell(scheduler);
    }

    /** Ends what runs now with this exit code. */
    void interrupt(int newCode) {
        Interrupts deeper = inner;
        if (deeper != null) {
            deeper.interrupt(newCode);
            return;
        }
        synchronized (this) {
            code = newCode;
            count++;
        }
        bell.ring();
    }

    /** Emits the exit code of the next interrupt after this moment. */
    Mono<Integer> next() {
        return Mono.defer(() -> {
            long seen = count;
            return bell.until(() -> count == seen ? null : Integer.valueOf(code));
        });
    }

    /** What this emits; the code of an interrupt that comes first. */
    Mono<Integer> over(Mono<Integer> work) {
        return work.takeUntilOther(next()).switchIfEmpty(Mono.fromSupplier(() -> code));
    }

    /** Those of a shell that takes commands from a terminal, which an interrupt by key does not end. */
    Interrupts nested() {
        Interrupts nested = new Interrupts(scheduler);
        inner = nested;
        return nested;
    }

    /** That shell has ended. */
    void unnest() {
        inner = null;
    }

    boolean isInteractive() {
        return inner != null;
    }
}
