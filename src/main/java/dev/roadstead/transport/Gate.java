package dev.roadstead.transport;

import java.util.LinkedHashSet;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Lets so many calls in at once and so many more wait, first come first served. It stands before Reactor Netty's pool because there a
 * call that is cancelled while it waits keeps its place until its wait is over.
 */
final class Gate {
    private enum Stage {
        OUTSIDE,
        WAITING,
        INSIDE,
        LEFT
    }

    private final int mayWait;
    private final Supplier<? extends Throwable> full;
    private final LinkedHashSet<Pass> waiting = new LinkedHashSet<>();
    private int free;

    /** @param full the failure of a call for which there is no place even to wait */
    Gate(int places, int mayWait, Supplier<? extends Throwable> full) {
        this.free = places;
        this.mayWait = mayWait;
        this.full = full;
    }

    /** For one call; whoever has one leaves with it, entered or not. */
    Pass pass() {
        return new Pass();
    }

    /** One call's way through the gate. */
    final class Pass {
        private final Sinks.Empty<Void> entered = Sinks.empty();
        private Stage stage = Stage.OUTSIDE;

        /** Completes when there is a place. */
        Mono<Void> enter() {
            return Mono.defer(() -> {
                synchronized (Gate.this) {
                    if (stage != Stage.OUTSIDE) {
                        // Left before it came: nobody waits for an answer.
                        return Mono.never();
                    }
                    if (free > 0) {
                        free--;
                        stage = Stage.INSIDE;
                        return Mono.empty();
                    }
                    if (waiting.size() >= mayWait) {
                        return Mono.error(full.get());
                    }
                    stage = Stage.WAITING;
                    waiting.add(this);
                    return entered.asMono();
                }
            });
        }

        /** Gives the place to the next one; harmless if given already. */
        void leave() {
            Pass next = null;
            synchronized (Gate.this) {
                if (stage == Stage.WAITING) {
                    waiting.remove(this);
                } else if (stage == Stage.INSIDE) {
                    if (waiting.isEmpty()) {
                        free++;
                    } else {
                        next = waiting.removeFirst();
                        next.stage = Stage.INSIDE;
                    }
                }
                stage = Stage.LEFT;
            }
            if (next != null) {
                next.entered.tryEmitEmpty();
            }
        }
    }
}
