package dev.roadstead.session;

import dev.roadstead.container.OutputStreamName;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The last output of a process in sending order, found by offset. What somebody still has to read is kept even beyond the bound, so
 * whoever appends asks first whether it {@link #isFull}. Has state; whoever owns it locks.
 */
final class OutputTape {
    /** The most that is read at once. */
    static final int MOST_READ = 64 << 10;

    /** From this size on bytes are kept as they came; smaller ones are gathered. */
    private static final int LARGE = 16 << 10;

    private static final int SMALLEST = 64;

    /** Outputs that alternate byte by byte must not cost a hundred times their size. */
    private static final int MOST_PIECES = 16_384;

    private final int keep;
    private final TreeMap<Long, Piece> pieces = new TreeMap<>();
    private long oldest;
    private long next;

    /** @param keep how many bytes are kept at least, if so many came */
    OutputTape(int keep) {
        this.keep = keep;
    }

    /** Offset of the first byte that is kept. */
    long oldest() {
        return oldest;
    }

    /** Offset of the next byte that comes. */
    long next() {
        return next;
    }

    /** Whether more would push out what stands behind {@code floor}. */
    boolean isFull(long floor) {
        return next - floor >= keep || (pieces.size() >= MOST_PIECES && floor < endOfFirst());
    }

    /**
     * Takes the next bytes and drops old ones.
     *
     * @param floor what stands behind it is kept whatever comes
     */
    void append(OutputStreamName stream, byte[] data, long floor) {
        if (data.length == 0) {
            return;
        }
        Map.Entry<Long, Piece> last = pieces.lastEntry();
        if (last == null || !last.getValue().takes(stream, data.length)) {
            pieces.put(next, new Piece(stream, data));
        } else {
            last.getValue().add(data);
        }
        next += data.length;
        drop(floor);
    }

    /** Bytes of one output from an offset on; null if it is the end. The offset must not lie before {@link #oldest}. */
    SessionEvent.@Nullable Output read(long from) {
        if (from >= next) {
            return null;
        }
        Map.Entry<Long, Piece> found = pieces.floorEntry(from);
        if (found == null) {
            throw new ReplayGoneException(from, oldest);
        }
        return found.getValue().read(Math.toIntExact(from - found.getKey()), from);
    }

    /** Drops everything. */
    void clear() {
        pieces.clear();
        oldest = next;
    }

    private void drop(long floor) {
        while (pieces.size() > 1 && (next - endOfFirst() >= keep || pieces.size() > MOST_PIECES)) {
            long end = endOfFirst();
            if (end > floor) {
                return;
            }
            pieces.pollFirstEntry();
            oldest = end;
        }
    }

    private long endOfFirst() {
        Map.Entry<Long, Piece> first = pieces.firstEntry();
        return first == null ? next : first.getKey() + first.getValue().length;
    }

    private static final class Piece {
        private final OutputStreamName stream;
        private final boolean gathers;
        private byte[] bytes;
        private int length;

        Piece(OutputStreamName stream, byte[] data) {
            this.stream = stream;
            this.gathers = data.length < LARGE;
            this.bytes = gathers ? Arrays.copyOf(data, Math.max(SMALLEST, data.length)) : data;
            this.length = data.length;
        }

        boolean takes(OutputStreamName other, int more) {
            return gathers && stream == other && more < LARGE && length + more <= MOST_READ;
        }

        void add(byte[] data) {
            if (length + data.length > bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(MOST_READ, Math.max(length + data.length, bytes.length * 2)));
            }
            System.arraycopy(data, 0, bytes, length, data.length);
            length += data.length;
        }

        SessionEvent.Output read(int from, long offset) {
            int upTo = Math.min(length, from + MOST_READ);
            boolean asItIs = !gathers && from == 0 && upTo == bytes.length;
            return new SessionEvent.Output(stream, asItIs ? bytes : Arrays.copyOfRange(bytes, from, upTo), offset);
        }
    }
}
