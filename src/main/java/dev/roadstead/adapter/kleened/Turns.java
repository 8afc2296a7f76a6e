package dev.roadstead.adapter.kleened;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One change of a thing at a time: the daemon has no marks by which a change of what changed meanwhile could be refused. */
final class Turns {
    /** A turn that was asked for: given back once, whether it was granted or given up before. */
    private static final class Turn {
        private final Sinks.Empty<Void> granted = Sinks.empty();
        private final AtomicBoolean over = new AtomicBoolean();
    }

    private final Map<String, Deque<Turn>> waiting = new HashMap<>();

    /** Runs the call when every earlier one for the same key has ended, however it ended. */
    <T> Mono<T> of(String key, Mono<T> call) {
        return Mono.usingWhen(
                Mono.defer(() -> take(key)),
                _ -> call,
                turn -> Mono.fromRunnable(() -> end(key, turn)),
                (turn, _) -> Mono.fromRunnable(() -> end(key, turn)),
                turn -> Mono.fromRunnable(() -> end(key, turn)));
    }

    private Mono<Turn> take(String key) {
        Turn turn = new Turn();
        synchronized (waiting) {
            Deque<Turn> before = waiting.get(key);
            if (before == null) {
                waiting.put(key, new ArrayDeque<>());
                return Mono.just(turn);
            }
            before.add(turn);
        }
        return turn.granted.asMono().thenReturn(turn).doOnCancel(() -> giveUp(key, turn));
    }

    private void giveUp(String key, Turn turn) {
        boolean stillWaiting;
        synchronized (waiting) {
            Deque<Turn> others = waiting.get(key);
            stillWaiting = others != null && others.remove(turn);
        }
        if (!stillWaiting) {
            end(key, turn);
        }
    }

    private void end(String key, Turn turn) {
        if (!turn.over.compareAndSet(false, true)) {
            return;
        }
        Turn next = next(key);
        if (next != null) {
            next.granted.tryEmitEmpty();
        }
    }

    private @Nullable Turn next(String key) {
        synchronized (waiting) {
            Deque<Turn> others = waiting.get(key);
            Turn next = others == null ? null : others.poll();
            if (next == null) {
                waiting.remove(key);
            }
            return next;
        }
    }
}
