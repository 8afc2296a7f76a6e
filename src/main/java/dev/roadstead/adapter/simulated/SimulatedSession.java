package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One process with its input, its output and, if wanted, a terminal between. */
final class SimulatedSession implements ExecOperations.Session {
    private final SimulatedHost host;
    private final ContainerId container;
    private final Pipe<byte[]> input;
    private final Pipe<ExecOutput> output;
    private final @Nullable SimulatedTerminal terminal;
    private final Disposable.Swap unclaimed = Disposables.swap();
    private @Nullable SimulatedProcess process;

    SimulatedSession(SimulatedHost host, ExecSpec spec, ContainerId container) {
        this.host = host;
        this.container = container;
        this.input = new Pipe<>(piece -> piece.length, host.scheduler());
        this.output = new Pipe<>(piece -> piece.data().length, host.scheduler());
        this.terminal = spec.tty()
                ? new SimulatedTerminal(
                        Objects.requireNonNullElse(spec.columns(), 80),
                        Objects.requireNonNullElse(spec.rows(), 24),
                        input,
                        this::show,
                        key -> running().signalGroup(key))
                : null;
    }

    /**
     * Starts its process.
     *
     * @param patience after which one that nobody has touched was lost on its way, and is ended
     */
    void run(SimulatedProcess started, Duration patience) {
        process = started;
        unclaimed.update(host.scheduler().schedule(started::kill, patience.toNanos(), TimeUnit.NANOSECONDS));
        started.start();
    }

    Input processInput() {
        return new Input(input);
    }

    ProcessSetting.Output processOutput() {
        return (stream, data) ->
                terminal == null ? show(stream, data) : show(OutputStreamName.STDOUT, SimulatedTerminal.shown(data));
    }

    /** Tells what {@code stty size} does; null without a terminal. */
    @Nullable
    Supplier<String> terminalSize() {
        return terminal == null ? null : terminal::size;
    }

    void ended() {
        unclaimed.dispose();
        output.close();
        input.close();
    }

    @Override
    public Flux<ExecOutput> output() {
        return output.readAll().doOnSubscribe(_ -> unclaimed.dispose());
    }

    @Override
    public Mono<Void> input(byte[] data) {
        return Mono.defer(() -> {
            unclaimed.dispose();
            if (!running().isAlive()) {
                return Mono.error(host.processEnded(container));
            }
            if (terminal != null) {
                return terminal.type(data);
            }
            return data.length == 0 ? Mono.empty() : input.write(data);
        });
    }

    @Override
    public Mono<Void> closeInput() {
        return Mono.fromRunnable(() -> {
            unclaimed.dispose();
            input.close();
        });
    }

    @Override
    public Mono<Void> resize(int newColumns, int newRows) {
        return Mono.fromRunnable(() -> {
            unclaimed.dispose();
            if (terminal == null) {
                throw host.noTerminal(container);
            }
            terminal.resize(newColumns, newRows);
        });
    }

    @Override
    public boolean hasTerminal() {
        return terminal != null;
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.fromRunnable(() -> {
            unclaimed.dispose();
            if (!running().isAlive()) {
                throw host.processEnded(container);
            }
            running().signalGroup(signal.value());
        });
    }

    @Override
    public Mono<Integer> exitCode() {
        return running().exitCode().doOnSubscribe(_ -> unclaimed.dispose());
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> running().kill());
    }

    private Mono<Void> show(OutputStreamName stream, byte[] data) {
        return output.write(new ExecOutput(stream, data));
    }

    private SimulatedProcess running() {
        return Objects.requireNonNull(process, "a session is handed out only after its process was started");
    }
}
