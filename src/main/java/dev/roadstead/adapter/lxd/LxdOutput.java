package dev.roadstead.adapter.lxd;

import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.EngineException;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.transport.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What a process writes. The daemon tells no exit code before all of it was taken: what is left when the process has ended is taken
 * from it even if nobody wants it, and a bounded part kept for who comes late.
 */
final class LxdOutput {
    /** More than can be on its way from a process that has ended. */
    private static final int KEPT = 1 << 20;

    /** Whoever wants the output does not wait so long. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final WebSocketStream socket;
    private final OutputStreamName stream;
    private final Function<EngineException.Failed, Mono<ExecOutput>> unlessEnded;
    private final LxdErrors errors;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final Sinks.One<ExecOutput> kept = Sinks.one();
    private volatile boolean unwanted;
    private volatile boolean processEnded;

    /** @param unlessEnded what becomes of a socket that breaks */
    LxdOutput(
            WebSocketStream socket,
            OutputStreamName stream,
            Function<EngineException.Failed, Mono<ExecOutput>> unlessEnded,
            LxdErrors errors) {
        this.socket = socket;
        this.stream = stream;
        this.unlessEnded = unlessEnded;
        this.errors = errors;
    }

    /** As it comes; at most one subscriber. */
    Flux<ExecOutput> pieces() {
        return Flux.defer(() -> taken.compareAndSet(false, true) ? live().doOnCancel(this::letGo) : kept.asMono());
    }

    /** An empty text marks the end; at a terminal the daemon waits for our farewell then. */
    private Flux<ExecOutput> live() {
        return socket.input()
                .takeUntil(piece -> piece.text() && piece.last())
                .filter(piece -> !piece.text() && piece.data().length > 0)
                .map(piece -> new ExecOutput(stream, piece.data()))
                .onErrorResume(EngineException.Failed.class, unlessEnded)
                .doOnComplete(socket::close);
    }

    /** Nobody takes any more of it. */
    void letGo() {
        unwanted = true;
        closeIfOver();
    }

    /** The process has ended. */
    void processEnded() {
        processEnded = true;
        closeIfOver();
        var _ = Mono.delay(PATIENCE)
                .filter(_ -> taken.compareAndSet(false, true))
                .flatMap(_ -> rest())
                .subscribe(kept::tryEmitValue, kept::tryEmitError, kept::tryEmitEmpty);
    }

    private void closeIfOver() {
        if (unwanted && processEnded) {
            socket.close();
        }
    }

    private Mono<ExecOutput> rest() {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        return live().<ExecOutput>handle((piece, sink) -> {
                    if (piece.data().length > KEPT - rest.size()) {
                        socket.close();
                        sink.error(errors.brokeOff("nobody took the process's output, and it was more than is kept"));
                        return;
                    }
                    rest.writeBytes(piece.data());
                })
                .then(Mono.fromSupplier(() -> new ExecOutput(stream, rest.toByteArray())))
                .filter(piece -> piece.data().length > 0);
    }
}
