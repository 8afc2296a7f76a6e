package dev.roadstead.transport;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes apart what a WebSocket server sends (RFC 6455 section 5). Payload of messages is handed on as it comes, never gathered to whole
 * frames; control frames, which are short, come whole. Has state: one for each connection, one thread at a time.
 */
final class WebSocketDecoder {
    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final int LONGEST_HEADER = 10;
    private static final int LONGEST_CONTROL = 125;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int FINAL = 0x80;
    private static final int RESERVED = 0x70;
    private static final int MASKED = 0x80;

    /**
     * A piece of a message, or a whole control frame.
     *
     * @param kind {@link #TEXT}, {@link #BINARY}, {@link #CLOSE}, {@link #PING} or {@link #PONG}
     * @param last whether the message ends here
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Piece(int kind, byte[] data, boolean last) {}

    private final Failures failures;
    private final byte[] header = new byte[LONGEST_HEADER];
    private final byte[] control = new byte[LONGEST_CONTROL];
    private int headerFilled;
    private int controlFilled;
    private boolean inPayload;
    private boolean closed;
    private int opcode;
    private boolean finalFrame;
    private long left;
    /** The kind of the message whose next frame is a continuation; zero if none is. */
    private int unfinished;

    WebSocketDecoder(Failures failures) {
        this.failures = failures;
    }

    /** Takes the next bytes, cut anywhere; what follows a close is passed over. */
    List<Piece> feed(byte[] bytes) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        while (at < bytes.length && !closed) {
            if (inPayload) {
                int taken = (int) Math.min(left, bytes.length - at);
                left -= taken;
                take(bytes, at, taken, pieces);
                at += taken;
            } else {
                header[headerFilled++] = bytes[at++];
                if (headerFilled >= 2 && headerFilled == headerLength()) {
                    begin(pieces);
                }
            }
        }
        return pieces;
    }

    /** Whether the server has said its farewell: only then the connection may end. */
    boolean isClosed() {
        return closed;
    }

    private int headerLength() {
        return switch (header[1] & ~MASKED & 0xff) {
            case LENGTH_16 -> 4;
            case LENGTH_64 -> LONGEST_HEADER;
            default -> 2;
        };
    }

    private void begin(List<Piece> pieces) {
        opcode = header[0] & 0x0f;
        finalFrame = (header[0] & FINAL) != 0;
        left = length();
        headerFilled = 0;
        check();
        if (opcode == TEXT || opcode == BINARY) {
            unfinished = opcode;
        }
        inPayload = true;
        controlFilled = 0;
        if (left == 0) {
            take(header, 0, 0, pieces);
        }
    }

    private long length() {
        int bytes = headerLength() - 2;
        if (bytes == 0) {
            return header[1] & 0xff;
        }
        long length = 0;
        for (int at = 2; at < 2 + bytes; at++) {
            length = length << 8 | (header[at] & 0xff);
        }
        return length;
    }

    private void check() {
        if ((header[0] & RESERVED) != 0 || (header[1] & MASKED) != 0 || left < 0) {
            throw failures.nonsense("no frame of a WebSocket server", null);
        }
        boolean fits = switch (opcode) {
            case CONTINUATION -> unfinished != 0;
            case TEXT, BINARY -> unfinished == 0;
            case CLOSE, PING, PONG -> finalFrame && left <= LONGEST_CONTROL;
            default -> false;
        };
        if (!fits) {
            throw failures.nonsense("a frame that WebSocket does not allow there: opcode %d".formatted(opcode), null);
        }
    }

    private void take(byte[] bytes, int at, int length, List<Piece> pieces) {
        boolean frameEnds = left == 0;
        if (frameEnds) {
            inPayload = false;
        }
        if (opcode >= CLOSE) {
            System.arraycopy(bytes, at, control, controlFilled, length);
            controlFilled += length;
            if (frameEnds) {
                closed = opcode == CLOSE;
                pieces.add(new Piece(opcode, Arrays.copyOf(control, controlFilled), true));
            }
            return;
        }
        pieces.add(new Piece(unfinished, Arrays.copyOfRange(bytes, at, at + length), frameEnds && finalFrame));
        if (frameEnds && finalFrame) {
            unfinished = 0;
        }
    }
}
