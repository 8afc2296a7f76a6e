package dev.roadstead.transport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A WebSocket to an engine (RFC 6455). It may be silent for ever; the engine's pings are answered while it is read, and the engine is
 * pinged, so that a dead link is noticed. Whoever gets one closes it; one that nobody touches within the idle timeout is given up.
 */
public final class WebSocketStream {
    /** What stands between drops links that are silent for a minute. */
    static final Duration PING_EVERY = Duration.ofSeconds(20);

    /** Without even an answer to a ping. */
    static final Duration LONGEST_SILENCE = Duration.ofSeconds(65);

    private static final Duration FAREWELL = Duration.ofSeconds(5);
    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;
    private static final int LONGEST_SHORT = 125;
    private static final int LONGEST_16_BITS = 0xffff;
    private static final int FINAL = 0x80;
    private static final byte MASKED = (byte) 0x80;
    private static final int MASK_BYTES = 4;

    /**
     * A piece of a message as it came.
     *
     * @param text whether the message is text, else binary
     * @param last whether the message ends here
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Piece(boolean text, byte[] data, boolean last) {}

    /**
     * How the engine said farewell.
     *
     * @param code null if it told none
     * @param reason what it told with it, at most 123 bytes of UTF-8
     */
    public record Farewell(@Nullable Integer code, String reason) {}

    private final HijackedStream stream;
    private final Failures failures;
    private final Duration silence;
    private volatile @Nullable Farewell farewell;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicReference<@Nullable Future<?>> pong = new AtomicReference<>();
    private final AtomicReference<@Nullable Future<?>> ping = new AtomicReference<>();

    WebSocketStream(HijackedStream stream, Failures failures, Duration pings, Duration silence) {
        this.stream = stream;
        this.failures = failures;
        this.silence = silence;
        stream.every(pings, () -> once(ping, WebSocketDecoder.PING, new byte[0]));
    }

    /**
     * What the engine sends, pulled; completes with its farewell, fails if the connection ends without. At most one subscriber; one
     * that cancels stops the engine, it does not close.
     */
    public Flux<Piece> input() {
        return Flux.defer(() -> {
            WebSocketDecoder decoder = new WebSocketDecoder(failures);
            Flux<byte[]> bytes = new IdleBound(
                    stream.input(), silence, stream.loop(), () -> failures.late("nothing came for " + silence, null));
            return bytes.map(decoder::feed)
                    .takeUntil(_ -> decoder.isClosed())
                    .concatMapIterable(this::pieces, 1)
                    .concatWith(Mono.defer(this::ended));
        });
    }

    private Mono<Piece> ended() {
        Farewell said = farewell;
        if (said == null) {
            return closing.get()
                    ? Mono.empty()
                    : Mono.error(failures.brokeOff("the connection ended without a farewell"));
        }
        Integer code = said.code();
        return code == null || code == NORMAL || code == GOING_AWAY
                ? Mono.empty()
                : Mono.error(failures.brokeOff("it closed with %d %s".formatted(code, said.reason())));
    }

    /** Whole messages; one longer than this many bytes fails. */
    public Flux<byte[]> messages(int longest) {
        return Flux.defer(() -> {
            ByteArrayOutputStream message = new ByteArrayOutputStream();
            return input().<byte[]>handle((piece, sink) -> {
                if (piece.data().length > longest - message.size()) {
                    sink.error(failures.nonsense(
                            "message too large (expected: at most %d bytes)".formatted(longest), null));
                    return;
                }
                message.writeBytes(piece.data());
                if (piece.last()) {
                    sink.next(message.toByteArray());
                    message.reset();
                }
            });
        });
    }

    private List<Piece> pieces(List<WebSocketDecoder.Piece> read) {
        List<Piece> pieces = new ArrayList<>(read.size());
        for (WebSocketDecoder.Piece piece : read) {
            switch (piece.kind()) {
                case WebSocketDecoder.PING -> once(pong, WebSocketDecoder.PONG, piece.data());
                case WebSocketDecoder.PONG -> {}
                case WebSocketDecoder.CLOSE -> farewell = farewell(piece.data());
                default -> pieces.add(new Piece(piece.kind() == WebSocketDecoder.TEXT, piece.data(), piece.last()));
            }
        }
        return pieces;
    }

    private static Farewell farewell(byte[] said) {
        return said.length < 2
                ? new Farewell(null, "")
                : new Farewell(
                        ByteBuffer.wrap(said).getShort() & 0xffff,
                        new String(said, 2, said.length - 2, StandardCharsets.UTF_8));
    }

    /** How the engine said farewell; null as long as {@link #input()} has not come to that. */
    public @Nullable Farewell farewell() {
        return farewell;
    }

    /** Sends a binary message; completes when the socket has taken it. In the order of subscription. */
    public Mono<Void> binary(byte[] data) {
        return Mono.defer(() -> stream.write(frame(WebSocketDecoder.BINARY, data)));
    }

    /** Sends a text message; completes when the socket has taken it. In the order of subscription. */
    public Mono<Void> text(String data) {
        return Mono.defer(() -> stream.write(frame(WebSocketDecoder.TEXT, data.getBytes(StandardCharsets.UTF_8))));
    }

    /** Tells that it did not get lost, though it may stay untouched for long. */
    public void keep() {
        stream.keep();
    }

    /** Says farewell and lets go of the connection. Twice does nothing. */
    public void close() {
        if (closing.compareAndSet(false, true)) {
            var _ = stream.post(frame(
                    WebSocketDecoder.CLOSE,
                    ByteBuffer.allocate(2).putShort((short) NORMAL).array()));
            stream.closeAfterWrites(FAREWELL);
        }
    }

    /** Not while the one before is still on its way: an engine that does not read shall not fill our memory. */
    private void once(AtomicReference<@Nullable Future<?>> before, int opcode, byte[] data) {
        Future<?> last = before.get();
        if (last == null || last.isDone()) {
            before.set(stream.post(frame(opcode, data)));
        }
    }

    /** Masked, as every frame of a client (RFC 6455 section 5.3). */
    private static byte[] frame(int opcode, byte[] data) {
        int extended = data.length <= LONGEST_SHORT ? 0 : data.length <= LONGEST_16_BITS ? 2 : 8;
        int head = 2 + extended + MASK_BYTES;
        ByteBuffer frame = ByteBuffer.allocate(head + data.length);
        frame.put((byte) (FINAL | opcode));
        switch (extended) {
            case 0 -> frame.put((byte) (MASKED | data.length));
            case 2 -> frame.put((byte) (MASKED | 126)).putShort((short) data.length);
            default -> frame.put((byte) (MASKED | 127)).putLong(data.length);
        }
        byte[] mask = new byte[MASK_BYTES];
        ThreadLocalRandom.current().nextBytes(mask);
        frame.put(mask);
        byte[] whole = frame.array();
        for (int at = 0; at < data.length; at++) {
            whole[head + at] = (byte) (data[at] ^ mask[at % MASK_BYTES]);
        }
        return whole;
    }
}
