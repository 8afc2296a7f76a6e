package dev.roadstead.adapter.process;

import dev.roadstead.adapter.daemon.Faults;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.EngineException;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.transport.HijackedStream;
import dev.roadstead.transport.MultiplexedStreamDecoder;
import dev.roadstead.transport.MultiplexedStreamDecoder.Frame;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A process's input and output over one connection: framed, or as they are if a terminal stands between (Docker Engine API, Stream
 * format). Whether it does is known from elsewhere: older daemons give both the same type.
 */
final class ProcessStream {
    /**
     * What the daemon takes for a farewell at a terminal; it keeps the first of these keys back until the next one comes. Its own
     * choice begins with control-P, which shells and editors know, as they do control-@ (control-Space): so a row of keys that nobody
     * presses, and that begins with one hardly used.
     */
    static final String DETACH_KEYS = "ctrl-^,ctrl-@,ctrl-^,ctrl-@";

    private static final byte END_OF_INPUT = 4;

    private final HijackedStream stream;
    private final boolean terminal;
    private final Faults faults;
    private volatile boolean withinLine;
    private final AtomicBoolean inputClosed = new AtomicBoolean();

    ProcessStream(HijackedStream stream, boolean terminal, Faults faults) {
        this.stream = stream;
        this.terminal = terminal;
        this.faults = faults;
        stream.keep();
    }

    boolean terminal() {
        return terminal;
    }

    /** Pulled; ends where the daemon ends it. */
    Flux<ExecOutput> output() {
        return output(Flux::error);
    }

    /** @param broken what follows where the connection broke: nothing, if it only ended so */
    Flux<ExecOutput> output(Function<EngineException.Failed, Flux<byte[]>> broken) {
        Flux<byte[]> read = stream.input().onErrorResume(EngineException.Failed.class, broken);
        if (terminal) {
            return read.map(bytes -> new ExecOutput(OutputStreamName.STDOUT, bytes));
        }
        return Flux.defer(() -> {
            MultiplexedStreamDecoder decoder = new MultiplexedStreamDecoder(faults.engine());
            return read.concatMapIterable(bytes -> outputs(decoder.feed(bytes)), 1)
                    .concatWith(Mono.fromRunnable(decoder::finish));
        });
    }

    private List<ExecOutput> outputs(List<Frame> frames) {
        return frames.stream()
                .filter(frame -> frame.data().length > 0)
                .map(this::output)
                .toList();
    }

    private ExecOutput output(Frame frame) {
        return switch (frame.stream()) {
            case MultiplexedStreamDecoder.STDERR -> new ExecOutput(OutputStreamName.STDERR, frame.data());
            case MultiplexedStreamDecoder.SYSTEM_ERROR ->
                throw new EngineException.Failed(
                        "ENGINE_ERROR", new String(frame.data(), StandardCharsets.UTF_8), faults.evidence(), null);
            default -> new ExecOutput(OutputStreamName.STDOUT, frame.data());
        };
    }

    Mono<Void> input(byte[] data) {
        if (data.length == 0) {
            return Mono.empty();
        }
        byte last = data[data.length - 1];
        return stream.write(data).doOnSubscribe(_ -> withinLine = last != '\n' && last != '\r');
    }

    /** At a terminal by its key: without its writing side the daemon would give up the reading one. Twice does nothing. */
    Mono<Void> closeInput() {
        return Mono.defer(() -> {
            if (!inputClosed.compareAndSet(false, true)) {
                return Mono.empty();
            }
            if (!terminal) {
                return stream.finish();
            }
            // In the middle of a line the key only sends off what was typed (termios(3), VEOF).
            return stream.write(withinLine ? new byte[] {END_OF_INPUT, END_OF_INPUT} : new byte[] {END_OF_INPUT});
        });
    }

    void close() {
        stream.close();
    }
}
