package dev.roadstead.engine;

import java.util.function.Function;
import reactor.core.publisher.Flux;

/**
 * A stream that the engine has accepted: its status is known to be good, its items are pulled. Whoever gets one closes it, best with
 * {@link Flux#usingWhen}; cancelling or finishing {@link #items()} closes it as well, closing twice does nothing.
 *
 * @param items at most one subscriber; fails with an {@link EngineException} if the engine breaks off
 */
public record EngineStream<T>(Flux<T> items, Runnable closing) {
    /** Gives up the stream and its connection. */
    public void close() {
        closing.run();
    }

    /** The same stream with its items changed on the way. */
    public <R> EngineStream<R> map(Function<Flux<T>, Flux<R>> change) {
        return new EngineStream<>(change.apply(items), closing);
    }
}
