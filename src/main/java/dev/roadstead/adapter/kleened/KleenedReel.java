package dev.roadstead.adapter.kleened;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The last output of one container's main process, as it came over the link that the gateway holds. Readers never hold the process
 * back: one that is too slow misses what was dropped meanwhile, and learns so.
 */
final class KleenedReel {
    /** What a chunk takes besides its bytes, about. */
    private static final int OVERHEAD = 64;

    /**
     * Bytes that came at once.
     *
     * @param offset of the first one, counted from the first that was ever seen
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Chunk(long offset, Instant time, byte[] data) {
        long end() {
            return offset + data.length;
        }
    }

    /**
     * What comes at an offset.
     *
     * @param missed bytes between the offset and the first chunk, which were dropped
     * @param ended whether nothing follows
     */
    record Read(
            List<Chunk> chunks,
            long missed,
            boolean ended,
            @Nullable Throwable failure) {}

    private final int bound;
    private final Clock clock;
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private int kept;
    private long next;
    private @Nullable KleenedSocket socket;
    private @Nullable Throwable failure;
    private Sinks.Empty<Void> bell = Sinks.empty();

    /** @param bound bytes that are kept */
    KleenedReel(int bound, Clock clock) {
        this.bound = bound;
        this.clock = clock;
    }

    /** Goes on with another start of the container. */
    void hold(KleenedSocket link) {
        synchronized (this) {
            socket = link;
            failure = null;
        }
        link.output()
                .subscribe(
                        piece -> append(piece.data()),
                        failed -> end(link, failed),
                        () -> link.ending()
                                .subscribe(ending -> end(
                                        link,
                                        KleenedExecSession.exitCode(ending) == null ? ending.failureOrLoss() : null)));
    }

    private void append(byte[] data) {
        if (data.length == 0) {
            return;
        }
        Sinks.Empty<Void> ringing;
        synchronized (this) {
            chunks.addLast(new Chunk(next, clock.instant(), data));
            next += data.length;
            kept += data.length + OVERHEAD;
            while (kept > bound && chunks.size() > 1) {
                kept -= chunks.removeFirst().data().length + OVERHEAD;
            }
            ringing = bell;
            bell = Sinks.empty();
        }
        ringing.tryEmitEmpty();
    }

    private void end(KleenedSocket link, @Nullable Throwable why) {
        Sinks.Empty<Void> ringing;
        synchronized (this) {
            if (socket != link) {
                return;
            }
            socket = null;
            failure = why;
            ringing = bell;
            bell = Sinks.empty();
        }
        ringing.tryEmitEmpty();
    }

    /** The link to the process; null if it has ended or was lost. */
    synchronized @Nullable KleenedSocket link() {
        return socket;
    }

    /** Why the output ends before its process has; null if it does not. */
    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Offset of the next byte that comes. */
    synchronized long next() {
        return next;
    }

    /** What is kept from an offset on, now. */
    synchronized Read read(long from) {
        List<Chunk> read = new ArrayList<>();
        for (Chunk chunk : chunks) {
            if (chunk.end() > from) {
                read.add(chunk);
            }
        }
        long first = read.isEmpty() ? next : read.getFirst().offset();
        return new Read(read, Math.max(0, first - from), socket == null, failure);
    }

    /** What comes from an offset on, until the process ends or the link is lost; waits for it where nothing is there yet. */
    Flux<Read> follow(long from) {
        return Flux.defer(() -> {
            Position position = new Position(from);
            return Mono.defer(() -> await(position)).repeat(() -> !position.ended);
        });
    }

    private Mono<Read> await(Position position) {
        Mono<Void> change;
        Read read;
        synchronized (this) {
            read = read(position.offset);
            change = bell.asMono();
        }
        if (read.chunks().isEmpty() && !read.ended()) {
            return change.then(Mono.defer(() -> await(position)));
        }
        if (!read.chunks().isEmpty()) {
            position.offset = read.chunks().getLast().end();
        }
        position.ended = read.ended();
        return Mono.just(read);
    }

    /** Lets go of the link. */
    void letGo() {
        KleenedSocket held = link();
        if (held != null) {
            held.close();
        }
    }

    private static final class Position {
        private volatile long offset;
        private volatile boolean ended;

        private Position(long offset) {
            this.offset = offset;
        }
    }
}
