package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.event.EngineEvent;
import dev.roadstead.transport.EngineRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Looks at the daemon's lists again and again, as long as somebody listens, and tells how they differ. What the gateway itself did is told
 * at once. A look that fails ends every stream: whoever listens knows then that something may be missing. It owns the looking: that ends
 * with the last listener, or when it is closed.
 */
final class KleenedWatch {
    /** Events that one listener may lag behind; then its stream breaks. */
    private static final int MOST_UNREAD = 4096;

    private record Listener(Sinks.Many<EngineEvent> sink, AtomicBoolean closed) {}

    private final KleenedSession session;
    private final KleenedInventory inventory;
    private final Duration interval;
    private final Set<Listener> listeners = new HashSet<>();
    private final Disposable.Swap looking = Disposables.swap();
    private @Nullable Lists known;
    private Sinks.Empty<Void> firstLook = Sinks.empty();

    /** What the gateway did itself: a look that began before tells an older state. */
    private long deeds;

    private long round;

    KleenedWatch(KleenedSession session, KleenedInventory inventory) {
        this.session = session;
        this.inventory = inventory;
        this.interval = session.settings().kleened().pollInterval();
    }

    /** Opens a stream when the lists have been looked at: what happens from then on is in it. */
    Mono<EngineStream<EngineEvent>> open() {
        return Mono.defer(() -> {
            Listener listener = new Listener(
                    Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(MOST_UNREAD)),
                    new AtomicBoolean());
            Mono<Void> looked = join(listener);
            return looked.thenReturn(new EngineStream<>(
                            listener.sink().asFlux().doFinally(_ -> leave(listener)), () -> close(listener)))
                    .doOnError(_ -> leave(listener))
                    .doOnCancel(() -> close(listener));
        });
    }

    private Mono<Void> join(Listener listener) {
        synchronized (this) {
            listeners.add(listener);
            if (listeners.size() == 1) {
                known = null;
                firstLook = Sinks.empty();
                long mine = ++round;
                Sinks.Empty<Void> first = firstLook;
                looking.update(look(mine)
                        .delayElement(interval)
                        .repeat()
                        .subscribe(_ -> {}, failure -> fail(mine, first, failure)));
            }
            return firstLook.asMono();
        }
    }

    private void leave(Listener listener) {
        synchronized (this) {
            if (listeners.remove(listener) && listeners.isEmpty()) {
                stop();
            }
        }
    }

    private synchronized void close(Listener listener) {
        if (listener.closed().compareAndSet(false, true)) {
            leave(listener);
            listener.sink().tryEmitComplete();
        }
    }

    /** Ends every stream. */
    synchronized void close() {
        List.copyOf(listeners).forEach(this::close);
    }

    private void stop() {
        round++;
        known = null;
        looking.update(Disposables.disposed());
    }

    private void fail(long of, Sinks.Empty<Void> first, Throwable failure) {
        Throwable told = failure instanceof EngineException
                ? failure
                : session.errors().nonsense("the lists cannot be compared", failure);
        synchronized (this) {
            if (round != of) {
                return;
            }
            List<Listener> all = List.copyOf(listeners);
            listeners.clear();
            stop();
            all.forEach(listener -> listener.sink().tryEmitError(told));
        }
        first.tryEmitError(told);
    }

    private Mono<Boolean> look(long of) {
        return Mono.defer(() -> {
            long before = deeds();
            return lists().doOnNext(seen -> seen(of, before, seen)).thenReturn(true);
        });
    }

    private Mono<Lists> lists() {
        return Mono.zip(
                        inventory.all(),
                        session.readList(KleenedCall.DAEMON, "the images", list("images"), KleenedWire.Image.class),
                        session.readList(KleenedCall.DAEMON, "the volumes", list("volumes"), KleenedWire.Volume.class),
                        session.readList(
                                KleenedCall.DAEMON, "the networks", list("networks"), KleenedWire.Network.class))
                .map(all -> Lists.of(session.json(), all.getT1(), all.getT2(), all.getT3(), all.getT4()));
    }

    private static EngineRequest list(String what) {
        return EngineRequest.get(KleenedTarget.of(what, "list").toString());
    }

    private synchronized long deeds() {
        return deeds;
    }

    private void seen(long of, long before, Lists seen) {
        Sinks.Empty<Void> first;
        synchronized (this) {
            if (round != of) {
                return;
            }
            Lists last = known;
            // What the gateway did meanwhile may or may not be in it: the next look tells.
            if (last != null && before == deeds) {
                tell(last.until(seen));
                known = seen;
            } else if (last == null) {
                known = seen;
            }
            first = firstLook;
        }
        first.tryEmitEmpty();
    }

    /** The gateway made a container. */
    void created(String id, @Nullable String name, Map<String, String> labels) {
        did(lists -> lists.with(new Lists.Seen(id, name, false, labels)), id);
    }

    void started(String id) {
        did(lists -> lists.running(id, true), id);
    }

    void stopped(String id) {
        did(lists -> lists.running(id, false), id, "stop");
    }

    void restarted(String id) {
        did(lists -> lists, id, "restart");
    }

    void renamed(String id, String name) {
        did(lists -> lists.named(id, name), id);
    }

    void updated(String id, Map<String, String> labels) {
        did(lists -> lists.labelled(id, labels), id, "update");
    }

    void removed(String id) {
        did(lists -> lists.without(id), id);
    }

    /** The gateway made or removed something other than a container. */
    void made(String type, String id, String name) {
        did(lists -> lists.withOther(type, id, name), id);
    }

    void gone(String type, String id) {
        did(lists -> lists.withoutOther(type, id), id);
    }

    private void did(java.util.function.UnaryOperator<Lists> change, String id, String... more) {
        synchronized (this) {
            deeds++;
            Lists last = known;
            if (last == null) {
                return;
            }
            Lists now = change.apply(last);
            List<EngineEvent> events = new ArrayList<>(last.until(now));
            for (String action : more) {
                Lists.Seen seen = now.container(id);
                if (seen != null) {
                    events.add(seen.event(action, Map.of()));
                }
            }
            tell(events);
            known = now;
        }
    }

    /** Under the lock, so that all are told in one order. */
    private void tell(List<EngineEvent> events) {
        for (EngineEvent event : events) {
            for (Listener listener : List.copyOf(listeners)) {
                if (listener.sink().tryEmitNext(event) == Sinks.EmitResult.FAIL_OVERFLOW) {
                    listener.sink()
                            .tryEmitError(session.errors().brokeOff("nobody read %d events".formatted(MOST_UNREAD)));
                }
            }
        }
    }
}
