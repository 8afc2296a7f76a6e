package dev.roadstead.adapter.kleened;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import reactor.core.publisher.Flux;

/**
 * Bytes as lines of base64 that every decoder reads, and a line with a dot at the end. That comes twice: some sed read a line ahead.
 * Has state: one for each stream.
 */
final class Base64Lines {
    private static final int LINE = 57;
    private static final byte[] NEWLINE = {'\n'};
    private static final byte[] END = "\n.\n.\n".getBytes(StandardCharsets.US_ASCII);

    private final Base64.Encoder encoder = Base64.getMimeEncoder(76, NEWLINE);
    private byte[] rest = new byte[0];

    Flux<byte[]> of(Flux<byte[]> data) {
        return data.map(this::whole).filter(lines -> lines.length > 0).concatWith(Flux.defer(() -> Flux.just(end())));
    }

    /** The lines that are full. */
    private byte[] whole(byte[] data) {
        byte[] all = joined(rest, data);
        int full = all.length / LINE * LINE;
        rest = Arrays.copyOfRange(all, full, all.length);
        return full == 0 ? new byte[0] : joined(encoder.encode(Arrays.copyOf(all, full)), NEWLINE);
    }

    private byte[] end() {
        return joined(encoder.encode(rest), rest.length == 0 ? Arrays.copyOfRange(END, 1, END.length) : END);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
