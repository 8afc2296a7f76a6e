package dev.roadstead.adapter.simulated;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What one side writes and the other reads, a bounded number of bytes apart; like a pipe between processes. */
final class Pipe<T> {
    private static final int CAPACITY = 64 << 10;

    private final Queue<T> pieces = new ArrayDeque<>();
    private final ToIntFunction<T> size;
    private final Bell written;
    private final Bell drained;
    private int held;
    private boolean closed;

    Pipe(ToIntFunction<T> size, Scheduler scheduler) {
        this.size = size;
        this.written = new Bell(scheduler);
        this.drained = new Bell(scheduler);
    }

    /** Writes a piece; completes when there is room for the next one. What is written after the end is lost. */
    Mono<Void> write(T piece) {
        return Mono.defer(() -> {
            put(piece);
            return drained.until(this::hasRoom).then();
        });
    }

    /** The next piece; empty at the end. */
    Mono<T> read() {
        return written.until(this::look).handle((look, sink) -> {
            if (look.piece != null) {
                sink.next(look.piece);
            }
        });
    }

    /** All pieces, pulled. */
    Flux<T> readAll() {
        return written.until(this::look)
                .repeat()
                .takeWhile(look -> look.piece != null)
                .concatMap(look -> Mono.justOrEmpty(look.piece), 0);
    }

    /** No more comes; what is there can still be read. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        written.ring();
        drained.ring();
    }

    /** No more is written or read; what is there is forgotten. */
    void discard() {
        synchronized (this) {
            closed = true;
            pieces.clear();
            held = 0;
        }
        written.ring();
        drained.ring();
    }

    private record Look<T>(@Nullable T piece) {}

    private void put(T piece) {
        synchronized (this) {
            if (closed) {
                return;
            }
            pieces.add(piece);
            held += size.applyAsInt(piece);
        }
        written.ring();
    }

    private @Nullable Look<T> look() {
        T piece;
        synchronized (this) {
            piece = pieces.poll();
            if (piece == null) {
                return closed ? new Look<>(null) : null;
            }
            held -= size.applyAsInt(piece);
        }
        drained.ring();
        return new Look<>(piece);
    }

    private synchronized @Nullable Boolean hasRoom() {
        return (closed || held < CAPACITY) ? Boolean.TRUE : null;
    }
}
