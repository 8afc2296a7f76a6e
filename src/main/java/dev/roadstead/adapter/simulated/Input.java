package dev.roadstead.adapter.simulated;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A process's input, read in pieces or in lines. Used by one reader at a time. */
final class Input {
    private final Pipe<byte[]> pipe;
    private byte[] rest = {};

    Input(Pipe<byte[]> pipe) {
        this.pipe = pipe;
    }

    /** What comes next; empty at the end. */
    Mono<byte[]> piece() {
        return Mono.defer(() -> {
            if (rest.length == 0) {
                // An empty piece is an end that a terminal makes; more may come after it.
                return pipe.read().filter(piece -> piece.length > 0);
            }
            byte[] piece = rest;
            rest = new byte[0];
            return Mono.just(piece);
        });
    }

    /** The next line without its end; empty at the end of the input, what stands there without a line end is lost. */
    Mono<String> line() {
        return Mono.defer(() -> {
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            return piece().doOnNext(read::writeBytes)
                    .map(piece -> contains(piece, (byte) '\n'))
                    .defaultIfEmpty(true)
                    .repeat()
                    .takeUntil(complete -> complete)
                    .then(Mono.fromCallable(() -> cut(read.toByteArray())));
        });
    }

    /** The line at the start of what was read; keeps the rest for the next reader. */
    private @Nullable String cut(byte[] read) {
        for (int i = 0; i < read.length; i++) {
            if (read[i] == '\n') {
                rest = Arrays.copyOfRange(read, i + 1, read.length);
                return new String(read, 0, i, StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    private static boolean contains(byte[] bytes, byte wanted) {
        for (byte b : bytes) {
            if (b == wanted) {
                return true;
            }
        }
        return false;
    }
}
