package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.Attachment;
import dev.roadstead.exec.ExecOutput;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What goes into and comes out of a container's main process: its output goes into the log and to all who have joined, and the slowest of
 * them holds it up, as on a real engine.
 */
final class MainStreams {
    private final SimulatedHost host;
    private final ContainerId container;
    private final SimulatedLog log;
    private final boolean stdinOpen;
    private final Pipe<byte[]> input;
    private final @Nullable SimulatedTerminal terminal;
    private final Map<SimulatedAttachment, Pipe<ExecOutput>> joined = new ConcurrentHashMap<>(2);
    private volatile boolean ended;

    /**
     * Those of a process that has not begun.
     *
     * @param signals sends the process a signal by name
     */
    MainStreams(
            SimulatedHost host, ContainerId container, ContainerSpec spec, SimulatedLog log, Consumer<String> signals) {
        this.host = host;
        this.container = container;
        this.log = log;
        this.stdinOpen = spec.stdinOpen();
        this.input = new Pipe<>(piece -> piece.length, host.scheduler());
        if (!stdinOpen) {
            input.close();
        }
        this.terminal = spec.tty() ? new SimulatedTerminal(80, 24, input, this::show, signals) : null;
    }

    Input processInput() {
        return new Input(input);
    }

    @Nullable
    Supplier<String> terminalSize() {
        return terminal == null ? null : terminal::size;
    }

    /** The process writes. */
    Mono<Void> write(OutputStreamName stream, byte[] data) {
        return terminal == null ? show(stream, data) : show(OutputStreamName.STDOUT, SimulatedTerminal.shown(data));
    }

    /** Lets one join; the host's lock is held, so that the process cannot end meanwhile. */
    Attachment join() {
        if (log instanceof TickingLog) {
            long next = log.from(0).next();
            return new SimulatedAttachment(
                    this, log.follow(next).map(entry -> new ExecOutput(entry.stream(), entry.data())));
        }
        Pipe<ExecOutput> output = new Pipe<>(piece -> piece.data().length, host.scheduler());
        SimulatedAttachment attachment = new SimulatedAttachment(this, output.readAll());
        joined.put(attachment, output);
        return attachment;
    }

    void leave(SimulatedAttachment attachment) {
        Pipe<ExecOutput> output = joined.remove(attachment);
        if (output != null) {
            output.discard();
        }
    }

    /** The process has ended; what it wrote can still be read by those who had joined. */
    void end() {
        ended = true;
        input.close();
        joined.values().forEach(Pipe::close);
    }

    boolean hasTerminal() {
        return terminal != null;
    }

    Mono<Void> input(byte[] data) {
        return Mono.defer(() -> {
            if (ended) {
                return Mono.error(host.processEnded(container));
            }
            if (!stdinOpen) {
                return Mono.error(
                        host.wrongState("NO_STDIN", "%s was made without an input (stdin_open)".formatted(container)));
            }
            if (terminal != null) {
                return terminal.type(data);
            }
            return data.length == 0 ? Mono.empty() : input.write(data);
        });
    }

    Mono<Void> closeInput() {
        return Mono.fromRunnable(input::close);
    }

    Mono<Void> resize(int columns, int rows) {
        return Mono.fromRunnable(() -> {
            if (terminal == null) {
                throw host.noTerminal(container);
            }
            terminal.resize(columns, rows);
        });
    }

    private Mono<Void> show(OutputStreamName stream, byte[] data) {
        return Mono.defer(() -> {
            if (log instanceof KeptLog kept) {
                kept.append(stream, data);
            }
            if (joined.isEmpty()) {
                return Mono.empty();
            }
            ExecOutput piece = new ExecOutput(stream, data);
            return Flux.fromIterable(joined.values())
                    .flatMap(output -> output.write(piece))
                    .then();
        });
    }
}
