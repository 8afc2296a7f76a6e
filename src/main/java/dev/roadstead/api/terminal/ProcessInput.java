package dev.roadstead.api.terminal;

import dev.roadstead.container.Signal;
import dev.roadstead.engine.Attachment;
import dev.roadstead.session.Viewer;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** What a client's frames do to a process, be it started for the client or the container's own. */
interface ProcessInput {
    /** The keys that a terminal turns into signals (termios defaults: VINTR, VQUIT, VSUSP). */
    Map<String, Byte> KEYS = Map.of("INT", (byte) 0x03, "QUIT", (byte) 0x1c, "TSTP", (byte) 0x1a);

    Mono<Void> input(byte[] data);

    Mono<Void> closeInput();

    Mono<Void> resize(int columns, int rows);

    Mono<Void> signal(Signal signal);

    /** That of an exec session. */
    static ProcessInput of(Viewer viewer) {
        return new ProcessInput() {
            @Override
            public Mono<Void> input(byte[] data) {
                return viewer.input(data);
            }

            @Override
            public Mono<Void> closeInput() {
                return viewer.closeInput();
            }

            @Override
            public Mono<Void> resize(int columns, int rows) {
                return viewer.resize(columns, rows);
            }

            @Override
            public Mono<Void> signal(Signal signal) {
                return viewer.signal(signal);
            }
        };
    }

    /**
     * That of a container's main process.
     *
     * @param kill sends a signal to it that is no key of its terminal
     */
    static ProcessInput of(Attachment attachment, Function<Signal, Mono<?>> kill) {
        return new ProcessInput() {
            @Override
            public Mono<Void> input(byte[] data) {
                return attachment.input(data);
            }

            @Override
            public Mono<Void> closeInput() {
                return attachment.closeInput();
            }

            @Override
            public Mono<Void> resize(int columns, int rows) {
                return attachment.resize(columns, rows);
            }

            @Override
            public Mono<Void> signal(Signal signal) {
                Byte key = attachment.hasTerminal() ? KEYS.get(signal.value()) : null;
                return key == null ? kill.apply(signal).then() : attachment.input(new byte[] {key});
            }
        };
    }
}
