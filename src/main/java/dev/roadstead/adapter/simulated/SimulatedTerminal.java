package dev.roadstead.adapter.simulated;

import dev.roadstead.container.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A terminal between keys and a process: shows what is typed, ends lines, and turns some keys into signals. Typed at by one at a time. */
final class SimulatedTerminal {
    private static final int INTERRUPT = 3;
    private static final int END_OF_INPUT = 4;
    private static final int SUSPEND = 26;
    private static final int QUIT = 28;
    private static final byte[] END = {};

    private final Pipe<byte[]> input;
    private final ProcessSetting.Output screen;
    private final Consumer<String> signals;
    private volatile int columns;
    private volatile int rows;
    private volatile boolean atLineStart = true;

    /**
     * A terminal.
     *
     * @param screen gets what is typed, as standard output
     * @param signals gets the names of signals that keys stand for
     */
    SimulatedTerminal(
            int columns, int rows, Pipe<byte[]> input, ProcessSetting.Output screen, Consumer<String> signals) {
        this.columns = columns;
        this.rows = rows;
        this.input = input;
        this.screen = screen;
        this.signals = signals;
    }

    /** As {@code stty size} tells it. */
    String size() {
        return rows + " " + columns;
    }

    void resize(int newColumns, int newRows) {
        columns = newColumns;
        rows = newRows;
    }

    /** Takes keys; completes when there is room for more. */
    Mono<Void> type(byte[] keys) {
        return Mono.defer(() -> {
            List<byte[]> pieces = new ArrayList<>(1);
            ByteArrayOutputStream typed = new ByteArrayOutputStream(keys.length);
            ByteArrayOutputStream shown = new ByteArrayOutputStream(keys.length);
            for (byte key : keys) {
                switch (key) {
                    case INTERRUPT, QUIT, SUSPEND -> {
                        // As a terminal does by default: what was typed and not yet read is forgotten.
                        pieces.clear();
                        typed.reset();
                        atLineStart = true;
                        shown.write('^');
                        shown.write('@' + key);
                        signals.accept(key == INTERRUPT ? "INT" : key == QUIT ? "QUIT" : "TSTP");
                    }
                    case END_OF_INPUT -> {
                        if (atLineStart) {
                            cut(typed, pieces);
                            pieces.add(END);
                        }
                    }
                    case '\r', '\n' -> {
                        typed.write('\n');
                        shown.write('\r');
                        shown.write('\n');
                        atLineStart = true;
                    }
                    default -> {
                        typed.write(key);
                        shown.write(key);
                        atLineStart = false;
                    }
                }
            }
            cut(typed, pieces);
            return screen.write(OutputStreamName.STDOUT, shown.toByteArray())
                    .and(Flux.fromIterable(pieces).concatMap(input::write));
        });
    }

    /** What a process wrote, as a terminal shows it: a new line begins with CR LF. */
    static byte[] shown(byte[] written) {
        ByteArrayOutputStream shown = new ByteArrayOutputStream(written.length + 8);
        for (byte b : written) {
            if (b == '\n') {
                shown.write('\r');
            }
            shown.write(b);
        }
        return shown.toByteArray();
    }

    private static void cut(ByteArrayOutputStream typed, List<byte[]> pieces) {
        if (typed.size() > 0) {
            pieces.add(typed.toByteArray());
            typed.reset();
        }
    }
}
