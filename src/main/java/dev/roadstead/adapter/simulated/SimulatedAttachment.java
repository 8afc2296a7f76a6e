package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.Attachment;
import dev.roadstead.exec.ExecOutput;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One who has joined a container's main process. */
final class SimulatedAttachment implements Attachment {
    private final MainStreams main;
    private final Flux<ExecOutput> output;
    private final Sinks.Empty<Void> closed = Sinks.empty();

    SimulatedAttachment(MainStreams main, Flux<ExecOutput> output) {
        this.main = main;
        this.output = output;
    }

    @Override
    public boolean hasTerminal() {
        return main.hasTerminal();
    }

    @Override
    public Flux<ExecOutput> output() {
        return output.takeUntilOther(closed.asMono());
    }

    @Override
    public Mono<Void> input(byte[] data) {
        return main.input(data);
    }

    @Override
    public Mono<Void> closeInput() {
        return main.closeInput();
    }

    @Override
    public Mono<Void> resize(int columns, int rows) {
        return main.resize(columns, rows);
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            if (closed.tryEmitEmpty().isSuccess()) {
                main.leave(this);
            }
        });
    }
}
