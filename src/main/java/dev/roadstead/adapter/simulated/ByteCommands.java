package dev.roadstead.adapter.simulated;

import dev.roadstead.adapter.simulated.ProcessSetting.Output;
import dev.roadstead.container.OutputStreamName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Programs that make, count and pass on many bytes, as fast as they are read. */
final class ByteCommands {
    private static final int AT_ONCE = 32 << 10;

    private final Shell shell;

    ByteCommands(Shell shell) {
        this.shell = shell;
    }

    /** {@code cat} without names. */
    Mono<Integer> copy(Output output) {
        return input().concatMap(piece -> output.write(OutputStreamName.STDOUT, piece), 0)
                .then(Mono.just(0));
    }

    /** {@code head -c BYTES /dev/zero}, or of the input. */
    Mono<Integer> head(List<String> arguments, Output output) {
        if (arguments.size() < 2
                || !arguments.getFirst().equals("-c")
                || !arguments.get(1).matches("\\d{1,15}")) {
            return Shell.complain(output, "head: only -c BYTES [/dev/zero] is known")
                    .thenReturn(1);
        }
        Flux<byte[]> source = arguments.size() > 2 ? endless(new byte[AT_ONCE]) : input();
        return Flux.defer(() -> {
                    AtomicLong left = new AtomicLong(Long.parseLong(arguments.get(1)));
                    return left.get() == 0
                            ? Flux.empty()
                            : source.map(piece -> {
                                        long before = left.getAndAdd(-piece.length);
                                        return before >= piece.length ? piece : Arrays.copyOf(piece, (int) before);
                                    })
                                    .takeUntil(_ -> left.get() <= 0);
                })
                .concatMap(piece -> output.write(OutputStreamName.STDOUT, piece), 0)
                .then(Mono.just(0));
    }

    /** {@code yes}: a line again and again. */
    Mono<Integer> yes(List<String> arguments, Output output) {
        String line = (arguments.isEmpty() ? "y" : String.join(" ", arguments)) + "\n";
        byte[] lines = line.repeat(Math.max(1, AT_ONCE / line.length())).getBytes(StandardCharsets.UTF_8);
        return endless(lines)
                .concatMap(piece -> output.write(OutputStreamName.STDOUT, piece), 0)
                .then(Mono.just(0));
    }

    /** {@code wc -c} of the input. */
    Mono<Integer> count(Output output) {
        return input().map(piece -> (long) piece.length)
                .reduce(0L, Long::sum)
                .flatMap(count -> line(output, String.valueOf(count)));
    }

    /** {@code sha256sum} of the input. */
    Mono<Integer> checksum(Output output) {
        return input().collect(ByteCommands::sha256, MessageDigest::update)
                .flatMap(digest -> line(output, HexFormat.of().formatHex(digest.digest()) + "  -"));
    }

    private Flux<byte[]> input() {
        return shell.setting()
                .input()
                .piece()
                .defaultIfEmpty(new byte[0])
                .repeat()
                .takeWhile(piece -> piece.length > 0);
    }

    /** On the engine's own thread, a piece at a time, so that an endless writer leaves others their time. */
    private Flux<byte[]> endless(byte[] piece) {
        return Mono.just(piece).publishOn(shell.setting().scheduler()).repeat();
    }

    private static Mono<Integer> line(Output output, String text) {
        return output.write(OutputStreamName.STDOUT, (text + "\n").getBytes(StandardCharsets.UTF_8))
                .thenReturn(0);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
