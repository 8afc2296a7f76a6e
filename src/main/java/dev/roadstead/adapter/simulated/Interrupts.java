package dev.roadstead.adapter.simulated;

import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Ends what the shells of a process are doing now, while they themselves go on. */
final class Interrupts {
    private final Bell bell;
    private volatile long count;
    private volatile int code;
    private volatile boolean interactive;

    Interrupts(Scheduler scheduler) {
        this.bell = new Bell(scheduler);
    }

    /** Ends what runs now with this exit code. */
    void interrupt(int newCode) {
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

    /** A shell takes commands from a terminal: an interrupt by key does not end it. */
    void becomeInteractive() {
        interactive = true;
    }

    boolean isInteractive() {
        return interactive;
    }
}
