package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.EngineStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Makes the streams that the engine hands out. */
final class Streams {
    private Streams() {}

    /** A stream that ends when it is closed. */
    static <T> EngineStream<T> of(Flux<T> items) {
        Sinks.Empty<Void> closed = Sinks.empty();
        return new EngineStream<>(items.takeUntilOther(closed.asMono()), closed::tryEmitEmpty);
    }
}
