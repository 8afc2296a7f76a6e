package dev.roadstead.engine;

import dev.roadstead.event.EngineEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What happens on an engine, as it happens. */
@Requires(Capability.EVENTS)
public interface EventSource {
    /**
     * Opens the stream: what happens after this emits is in it. It ends only when the engine goes away or it is closed.
     *
     * @param since what happened from then on comes first, as far as the engine remembers it (inclusive); null: only what comes
     */
    Mono<EngineStream<EngineEvent>> open(@Nullable Instant since);
}
