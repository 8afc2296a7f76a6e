package dev.roadstead.api.terminal;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Where a client's input waits for a process to read it: one piece after the other, a bounded number of bytes. What must not wait for
 * ever can see whether the lane is empty, and pass.
 */
final class InputLane {
    /** How much may wait. */
    static final int MOST_BYTES = 1 << 20;

    private static final int MOST_PIECES = 256;

    private final Sinks.Many<Piece> queue = Sinks.many().unicast().onBackpressureBuffer();

    // Guarded by this.
    private final Deque<Piece> waiting = new ArrayDeque<>();
    private int bytes;

    private record Piece(Mono<Void> work, int size, Sinks.Empty<Void> done) {}

    /** Does what was added, in order; never completes. */
    Mono<Void> running() {
        return queue.asFlux()
                .concatMap(piece -> piece.work().doFinally(_ -> finished(piece)), 1)
                .then();
    }

    /** Adds a piece of work that does not fail; completes when it has its place, waiting for room. Not to be called concurrently. */
    Mono<Void> add(Mono<Void> work, int size) {
        return Mono.defer(() -> {
            Piece first = firstIfFull();
            if (first != null) {
                return first.done().asMono().then(add(work, size));
            }
            Piece piece = new Piece(work, size, Sinks.empty());
            synchronized (this) {
                waiting.addLast(piece);
                bytes += size;
            }
            queue.tryEmitNext(piece);
            return Mono.empty();
        });
    }

    /** Completes when all that was added until now is done. */
    Mono<Void> quiet() {
        return Mono.defer(() -> {
            synchronized (this) {
                return waiting.isEmpty()
                        ? Mono.empty()
                        : waiting.getLast().done().asMono();
            }
        });
    }

    private synchronized @Nullable Piece firstIfFull() {
        return bytes >= MOST_BYTES || waiting.size() >= MOST_PIECES ? waiting.peekFirst() : null;
    }

    private void finished(Piece piece) {
        synchronized (this) {
            waiting.remove(piece);
            bytes -= piece.size();
        }
        piece.done().tryEmitEmpty();
    }
}
