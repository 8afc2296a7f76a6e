package dev.roadstead.transport;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Takes apart a stream of several streams: each frame is an 8-byte header {@code [stream, 0, 0, 0, length as 32 bits big-endian]} and
 * as many bytes (Docker Engine API v1.41, ContainerAttach). Payload is handed on as it comes, never gathered to whole frames. Has
 * state: one for each stream, one thread at a time.
 */
public final class MultiplexedStreamDecoder {
    /** The stream number of standard input, which engines echo nowhere but may name. */
    public static final int STDIN = 0;

    public static final int STDOUT = 1;
    public static final int STDERR = 2;

    /** Errors of the engine itself inside the stream. */
    public static final int SYSTEM_ERROR = 3;

    private static final int HEADER_BYTES = 8;

    /**
     * A piece of one stream.
     *
     * @param stream {@link #STDOUT}, {@link #STDERR}, {@link #STDIN} or {@link #SYSTEM_ERROR}
     * @param frameEnd whether the engine's frame ends here; log lines end with their frame
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Frame(int stream, byte[] data, boolean frameEnd) {}

    private final String engine;
    private final byte[] header = new byte[HEADER_BYTES];
    private int headerFilled;
    private long left;

    /** @param engine its name, for failures */
    public MultiplexedStreamDecoder(String engine) {
        this.engine = engine;
    }

    /** Takes the next bytes, cut anywhere; fails with {@code ENGINE_NONSENSE} if they are no such stream. */
    public List<Frame> feed(byte[] bytes) {
        List<Frame> frames = new ArrayList<>();
        int at = 0;
        while (at < bytes.length) {
            if (headerFilled < HEADER_BYTES) {
                int taken = Math.min(HEADER_BYTES - headerFilled, bytes.length - at);
                System.arraycopy(bytes, at, header, headerFilled, taken);
                headerFilled += taken;
                at += taken;
                if (headerFilled == HEADER_BYTES) {
                    begin(frames);
                }
            } else {
                int taken = (int) Math.min(left, bytes.length - at);
                left -= taken;
                frames.add(new Frame(header[0], Arrays.copyOfRange(bytes, at, at + taken), left == 0));
                at += taken;
                endIfDone();
            }
        }
        return frames;
    }

    /** Tells that no more comes; fails with {@code ENGINE_BROKE_OFF} in the middle of a frame. */
    public void finish() {
        if (headerFilled > 0) {
            throw new EngineException.Failed(
                    "ENGINE_BROKE_OFF",
                    "engine %s broke off in the middle of a frame".formatted(engine),
                    Evidence.of(engine),
                    null);
        }
    }

    private void begin(List<Frame> frames) {
        if (header[0] < STDIN || header[0] > SYSTEM_ERROR || header[1] != 0 || header[2] != 0 || header[3] != 0) {
            throw new EngineException.Failed(
                    "ENGINE_NONSENSE",
                    "engine %s: no frame header: %s (expected: stream 0 to 3, three zeros, length)"
                            .formatted(engine, Arrays.toString(header)),
                    Evidence.of(engine),
                    null);
        }
        left = Integer.toUnsignedLong(
                (header[4] & 0xff) << 24 | (header[5] & 0xff) << 16 | (header[6] & 0xff) << 8 | (header[7] & 0xff));
        if (left == 0) {
            frames.add(new Frame(header[0], new byte[0], true));
        }
        endIfDone();
    }

    private void endIfDone() {
        if (left == 0) {
            headerFilled = 0;
        }
    }
}
