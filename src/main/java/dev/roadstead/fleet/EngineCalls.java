package dev.roadstead.fleet;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Times the calls of one engine ({@code roadstead.engine.calls}) and sees to it that every failure names the engine. */
final class EngineCalls {
    private final Engine engine;
    private final MeterRegistry meters;

    EngineCalls(Engine engine, MeterRegistry meters) {
        this.engine = engine;
        this.meters = meters;
    }

    /** One answer; a stream that comes as the answer is timed to its end. */
    <T> Mono<T> timed(String operation, Mono<T> call) {
        return Mono.defer(() -> {
            Watch watch = new Watch(operation);
            return call.onErrorMap(EngineException.class, this::named)
                    .doOnNext(value -> {
                        if (value instanceof EngineStream<?>) {
                            watch.handOver();
                        }
                    })
                    .map(value -> follow(value, watch))
                    .doOnSuccess(value -> watch.answered())
                    .doOnError(watch::failed)
                    .doOnCancel(watch::cancelled);
        });
    }

    /** Many items, timed to the end. */
    <T> Flux<T> timed(String operation, Flux<T> call) {
        return Flux.defer(() -> watched(call, new Watch(operation)));
    }

    // The cast is right: a stream is replaced by a stream of the same items.
    @SuppressWarnings("unchecked")
    private <T> T follow(T value, Watch watch) {
        return value instanceof EngineStream<?> stream ? (T) follow(stream, watch) : value;
    }

    private <I> EngineStream<I> follow(EngineStream<I> stream, Watch watch) {
        return new EngineStream<>(watched(stream.items(), watch), () -> {
            watch.cancelled();
            stream.close();
        });
    }

    private <T> Flux<T> watched(Flux<T> items, Watch watch) {
        return items.onErrorMap(EngineException.class, this::named)
                .doOnComplete(watch::ended)
                .doOnError(watch::failed)
                .doOnCancel(watch::cancelled);
    }

    private Throwable named(EngineException failure) {
        return EngineNaming.named(failure, engine.name());
    }

    /** Records one call, once, at whatever ends it first. */
    private final class Watch {
        private final String operation;
        private final long begun = System.nanoTime();
        private final AtomicBoolean recorded = new AtomicBoolean();
        private volatile boolean streaming;

        Watch(String operation) {
            this.operation = operation;
        }

        void handOver() {
            streaming = true;
        }

        void answered() {
            if (!streaming) {
                ended();
            }
        }

        void ended() {
            record("success");
        }

        void failed(Throwable failure) {
            record(EngineNaming.word(failure));
        }

        void cancelled() {
            record("cancelled");
        }

        private void record(String outcome) {
            if (recorded.compareAndSet(false, true)) {
                Timer.builder("roadstead.engine.calls")
                        .description("Calls to engines; streams to their end")
                        .tag("engine", engine.name().value())
                        .tag("kind", engine.kind().word())
                        .tag("operation", operation)
                        .tag("outcome", outcome)
                        .register(meters)
                        .record(System.nanoTime() - begun, TimeUnit.NANOSECONDS);
            }
        }
    }
}
