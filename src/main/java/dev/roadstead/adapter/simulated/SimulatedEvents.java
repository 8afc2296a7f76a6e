package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.event.EngineEvent;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What has happened on the engine: the last so many events are kept, for those who follow at their own pace. */
final class SimulatedEvents {
    private static final int CAPACITY = 1024;

    private record Kept(long number, EngineEvent event) {}

    private final EngineName engine;
    private final InstantSource clock;
    private final Bell added;
    private final ArrayDeque<Kept> kept = new ArrayDeque<>();
    private long next;
    private Instant last = Instant.MIN;
    private boolean closed;

    SimulatedEvents(EngineName engine, InstantSource clock, Scheduler scheduler) {
        this.engine = engine;
        this.clock = clock;
        this.added = new Bell(scheduler);
    }

    /** Something happened to a container. */
    void add(SimulatedContainer container, String action, Map<String, String> facts) {
        Map<String, String> more = new LinkedHashMap<>(facts);
        more.put("image", container.spec().image());
        add(
                "container",
                action,
                container.id().value(),
                container.name(),
                container.spec().labels(),
                more);
    }

    /** Something happened to a network. */
    void add(SimulatedNetwork network, String action, Map<String, String> facts) {
        add("network", action, network.id(), network.name(), facts);
    }

    /** Something happened to anything else. */
    void add(String type, String action, String id, @Nullable String name, Map<String, String> facts) {
        add(type, action, id, name, Map.of(), facts);
    }

    private void add(
            String type,
            String action,
            String id,
            @Nullable String name,
            Map<String, String> labels,
            Map<String, String> facts) {
        synchronized (this) {
            Instant now = clock.instant();
            // No two have the same time, so that one time can be told from another.
            last = now.isAfter(last) ? now : last.plusNanos(1);
            Map<String, Object> original = Map.of("action", action, "id", id, "type", type);
            kept.add(new Kept(next++, new EngineEvent(last, type, action, id, name, labels, facts, original)));
            if (kept.size() > CAPACITY) {
                kept.removeFirst();
            }
        }
        added.ring();
    }

    /** Forgets what has happened so far. */
    synchronized void forget() {
        kept.clear();
    }

    /** Ends every stream. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        added.ring();
    }

    /** What happens from now on, after what is kept from a time on. */
    EngineStream<EngineEvent> open(@Nullable Instant since) {
        long[] from = {first(since)};
        return Streams.of(Mono.defer(() -> added.until(() -> after(from[0])))
                .doOnNext(batch -> {
                    if (!batch.isEmpty()) {
                        from[0] = batch.getLast().number() + 1;
                    }
                })
                .repeat()
                .takeWhile(batch -> !batch.isEmpty())
                .concatMapIterable(batch -> batch, 1)
                .map(Kept::event)
                .concatWith(Flux.error(() ->
                        new EngineException.Unavailable("the engine is closed", Evidence.of(engine.value()), null))));
    }

    private synchronized long first(@Nullable Instant since) {
        for (Kept event : kept) {
            if (since != null && !event.event().time().isBefore(since)) {
                return event.number();
            }
        }
        return next;
    }

    /** What is kept from this number on; empty when no more will come, null if nothing has come yet. */
    private synchronized @Nullable List<Kept> after(long number) {
        if (number < next - kept.size()) {
            throw new EngineException.Failed(
                    "ENGINE_BROKE_OFF",
                    "whoever followed the events fell %d behind".formatted(next - number),
                    Evidence.of(engine.value()),
                    null);
        }
        if (number == next) {
            return closed ? List.of() : null;
        }
        List<Kept> batch = new ArrayList<>();
        for (Kept event : kept) {
            if (event.number() >= number) {
                batch.add(event);
            }
        }
        return batch;
    }
}
