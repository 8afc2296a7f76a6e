package dev.roadstead.api.event;

import dev.roadstead.engine.EngineStream;
import dev.roadstead.fleet.EventFilter;
import dev.roadstead.fleet.EventHub;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Events as clients see them, for every form in which they are sent. */
public final class EventStreams {
    private final EventHub hub;

    public EventStreams(EventHub hub) {
        this.hub = hub;
    }

    /**
     * A stream without an end: whatever happens after this emits is in it. Whoever promises that to a client (a response head, a
     * handshake) waits for it first.
     *
     * @param since what happened from then on comes first, as far as it is kept; null: only what comes
     * @param lastEventId goes on behind that event instead; null: not
     */
    public Mono<EngineStream<EventView>> open(
            EventFilter filter, @Nullable Instant since, @Nullable String lastEventId) {
        return hub.open(filter, since, lastEventId).map(stream -> stream.map(events -> events.map(EventView::of)));
    }

    /** The same as one flux, for those who promise nothing before its first item. */
    public Flux<EventView> events(EventFilter filter, @Nullable Instant since, @Nullable String lastEventId) {
        return Flux.usingWhen(
                open(filter, since, lastEventId), EngineStream::items, stream -> Mono.fromRunnable(stream::close));
    }
}
