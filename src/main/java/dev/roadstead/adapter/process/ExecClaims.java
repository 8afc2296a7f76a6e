package dev.roadstead.adapter.process;

import dev.roadstead.engine.ExecOperations;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Hands started processes over. A start cannot be called back, so it goes on when its caller leaves, and what it began is ended; so is
 * a session that got lost between two operators, which shows in that nobody ever touches it.
 */
final class ExecClaims {
    private static final Logger LOG = LoggerFactory.getLogger(ExecClaims.class);

    private enum Stage {
        STARTING,
        HANDED_OVER,
        ABANDONED
    }

    private final Duration patience;

    ExecClaims(Duration patience) {
        this.patience = patience;
    }

    /** Starts a process at subscription, to be ended if the subscriber leaves before it gets it. */
    Mono<ExecOperations.Session> hand(Mono<ExecSession> starting) {
        return Mono.create(sink -> {
            AtomicReference<Stage> stage = new AtomicReference<>(Stage.STARTING);
            sink.onCancel(() -> stage.compareAndSet(Stage.STARTING, Stage.ABANDONED));
            starting.contextWrite(sink.contextView()).subscribe(session -> started(session, stage, sink), failure -> {
                if (stage.get() == Stage.STARTING) {
                    sink.error(failure);
                }
            });
        });
    }

    private void started(ExecSession session, AtomicReference<Stage> stage, MonoSink<ExecOperations.Session> sink) {
        if (!stage.compareAndSet(Stage.STARTING, Stage.HANDED_OVER)) {
            end(session.close());
            return;
        }
        sink.success(session);
        end(Mono.firstWithSignal(
                        session.touched().thenReturn(true), Mono.delay(patience).thenReturn(false))
                .flatMap(taken -> taken ? Mono.empty() : session.close()));
    }

    private static void end(Mono<Void> closing) {
        closing.subscribe(_ -> {}, failure -> LOG.warn("a process that nobody wants was left: {}", failure.toString()));
    }
}
