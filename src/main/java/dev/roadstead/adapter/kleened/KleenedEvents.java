package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.EventSource;
import dev.roadstead.event.EngineEvent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What happens on a daemon, seen by comparing its lists. Nothing is remembered. */
final class KleenedEvents implements EventSource {
    private final KleenedWatch watch;

    KleenedEvents(KleenedWatch watch) {
        this.watch = watch;
    }

    @Override
    public Mono<EngineStream<EngineEvent>> open(@Nullable Instant since) {
        return watch.open();
    }
}
