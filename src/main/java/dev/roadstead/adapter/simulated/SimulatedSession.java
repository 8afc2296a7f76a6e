package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One process with its input, its output and, if wanted, a terminal between. */
final class SimulatedSession implements ExecOperations.Session {
    private static final int INTERRUPT = 3;
    private static final int END_OF_INPUT = 4;

    private final SimulatedHost host;
    private final ContainerId container;
    private final boolean tty;
    private final Pipe<byte[]> input;
    private final Pipe<ExecOutput> output;
    private volatile int columns;
    private volatile int rows;
    private @Nullable SimulatedProcess process;

    SimulatedSession(SimulatedHost host, ExecSpec spec, ContainerId container) {
        this.host = host;
        this.container = container;
        this.tty = spec.tty();
        this.input = new Pipe<>(piece -> piece.length, host.scheduler());
        this.output = new Pipe<>(piece -> piece.data().length, host.scheduler());
        this.columns = Objects.requireNonNullElse(spec.columns(), 80);
        this.rows = Objects.requireNonNullElse(spec.rows(), 24);
    }

    /** Starts its process. */
    void run(SimulatedProcess started) {
        process = started;
        started.start();
    }

    Input processInput() {
        return new Input(input);
    }

    ProcessSetting.Output processOutput() {
        return (stream, data) -> output.write(new ExecOutput(tty ? OutputStreamName.STDOUT : stream, data));
    }

    /** As {@code stty size} tells it. */
    String terminalSize() {
        return rows + " " + columns;
    }

    void ended() {
        output.close();
        input.close();
    }

    @Override
    public Flux<ExecOutput> output() {
        return output.readAll();
    }

    @Override
    public Mono<Void> input(byte[] data) {
        return Mono.defer(() -> tty ? type(data) : input.write(data));
    }

    @Override
    public Mono<Void> closeInput() {
        return Mono.fromRunnable(input::close);
    }

    @Override
    public Mono<Void> resize(int newColumns, int newRows) {
        return Mono.fromRunnable(() -> {
            if (!tty) {
                throw host.wrongState("NO_TERMINAL", "a process in %s has no terminal".formatted(container));
            }
            columns = newColumns;
            rows = newRows;
        });
    }

    @Override
    public boolean hasTerminal() {
        return tty;
    }

    @Override
    public Mono<Void> signal(Signal signal) {
        return Mono.fromRunnable(() -> {
            if (!running().isAlive()) {
                throw host.wrongState("PROCESS_ENDED", "the process in %s has ended".formatted(container));
            }
            running().signal(signal.value());
        });
    }

    @Override
    public Mono<Integer> exitCode() {
        return running().exitCode();
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> running().kill());
    }

    /** What a terminal does with keys: shows them, ends lines, and turns some into signals. */
    private Mono<Void> type(byte[] keys) {
        ByteArrayOutputStream typed = new ByteArrayOutputStream();
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        for (byte key : keys) {
            switch (key) {
                case INTERRUPT -> running().signal("INT");
                case END_OF_INPUT -> input.close();
                case '\r', '\n' -> {
                    typed.write('\n');
                    shown.writeBytes(new byte[] {'\r', '\n'});
                }
                default -> {
                    typed.write(key);
                    shown.write(key);
                }
            }
        }
        return output.write(new ExecOutput(OutputStreamName.STDOUT, shown.toByteArray()))
                .and(input.write(typed.toByteArray()));
    }

    private SimulatedProcess running() {
        return Objects.requireNonNull(process, "a session is handed out only after its process was started");
    }
}
