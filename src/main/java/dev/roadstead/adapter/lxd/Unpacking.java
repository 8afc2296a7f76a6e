package dev.roadstead.adapter.lxd;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks what is packed by gzip (RFC 1952), piece by piece as it is asked for, and passes on what is not. Has state: one for each
 * stream, closed by whoever made it. What is broken is an {@link IllegalArgumentException}.
 */
final class Unpacking implements AutoCloseable {
    private static final int PIECE = 32 << 10;
    private static final int MAGIC = 2;
    private static final int HEAD = 10;
    private static final int TAIL = 8;
    private static final int MOST_HEAD = 64 << 10;
    private static final int CHECKED = 2;
    private static final int EXTRA = 4;
    private static final int NAMED = 8;
    private static final int COMMENTED = 16;

    private enum State {
        UNDECIDED,
        PLAIN,
        HEAD,
        BODY,
        TAIL,
        OVER
    }

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private State state = State.UNDECIDED;
    private byte[] held = new byte[0];
    private byte[] input = new byte[0];

    /** Takes the next bytes, which are unpacked while the answer is read; it must be read before the next are taken. */
    Iterable<byte[]> feed(byte[] bytes) {
        if (state == State.BODY) {
            input = bytes;
            inflater.setInput(input);
        } else {
            byte[] all = Arrays.copyOf(held, held.length + bytes.length);
            System.arraycopy(bytes, 0, all, held.length, bytes.length);
            held = all;
        }
        return Pieces::new;
    }

    /** Tells that nothing more comes; gives what was too short to be packed. */
    byte[] finish() {
        return switch (state) {
            case UNDECIDED, PLAIN -> held;
            case OVER -> new byte[0];
            // Another could have followed.
            case HEAD -> {
                if (held.length > 0) {
                    throw new IllegalArgumentException("the gzip is cut off");
                }
                yield new byte[0];
            }
            case BODY, TAIL -> throw new IllegalArgumentException("the gzip is cut off");
        };
    }

    @Override
    public void close() {
        inflater.end();
    }

    private final class Pieces implements Iterator<byte[]> {
        private byte @Nullable [] next;

        @Override
        public boolean hasNext() {
            if (next == null) {
                next = step();
            }
            return next != null;
        }

        @Override
        public byte[] next() {
            if (!hasNext() || next == null) {
                throw new NoSuchElementException();
            }
            byte[] piece = next;
            next = null;
            return piece;
        }
    }

    /** The next piece; null if more must come first. */
    private byte @Nullable [] step() {
        while (true) {
            switch (state) {
                case UNDECIDED -> {
                    if (held.length < MAGIC) {
                        return null;
                    }
                    state = isPacked() ? State.HEAD : State.PLAIN;
                }
                case PLAIN -> {
                    byte[] all = held;
                    held = new byte[0];
                    return all.length == 0 ? null : all;
                }
                case HEAD -> {
                    if (held.length > 0 && held[0] == 0) {
                        // Filled up to the length of a block.
                        state = State.OVER;
                    } else if (!begin()) {
                        return null;
                    }
                }
                case BODY -> {
                    byte[] piece = inflate();
                    if (piece.length > 0) {
                        return piece;
                    }
                    if (state == State.BODY) {
                        return null;
                    }
                }
                case TAIL -> {
                    if (held.length < TAIL) {
                        return null;
                    }
                    check();
                }
                case OVER -> {
                    held = new byte[0];
                    return null;
                }
            }
        }
    }

    private boolean isPacked() {
        return (held[0] & 0xff) == 0x1f && (held[1] & 0xff) == 0x8b;
    }

    /** Reads over the header once it is all there. */
    private boolean begin() {
        int length = headLength();
        if (length < 0) {
            if (held.length > MOST_HEAD) {
                throw new IllegalArgumentException("the gzip has a header that is too long");
            }
            return false;
        }
        if (!isPacked() || held[2] != 8) {
            throw new IllegalArgumentException("this is no gzip");
        }
        inflater.reset();
        crc.reset();
        input = Arrays.copyOfRange(held, length, held.length);
        inflater.setInput(input);
        held = new byte[0];
        state = State.BODY;
        return true;
    }

    private int headLength() {
        if (held.length < HEAD) {
            return -1;
        }
        int flags = held[3];
        int at = HEAD;
        if ((flags & EXTRA) != 0) {
            if (held.length < at + 2) {
                return -1;
            }
            at += 2 + (held[at] & 0xff) + ((held[at + 1] & 0xff) << 8);
        }
        int texts = ((flags & NAMED) != 0 ? 1 : 0) + ((flags & COMMENTED) != 0 ? 1 : 0);
        for (; texts > 0; texts--) {
            while (at < held.length && held[at] != 0) {
                at++;
            }
            at++;
        }
        if ((flags & CHECKED) != 0) {
            at += 2;
        }
        return at > held.length ? -1 : at;
    }

    private byte[] inflate() {
        byte[] piece = new byte[PIECE];
        try {
            int length = inflater.inflate(piece);
            crc.update(piece, 0, length);
            if (inflater.needsDictionary()) {
                throw new IllegalArgumentException("this is no gzip");
            }
            if (length == 0 && inflater.finished()) {
                held = Arrays.copyOfRange(input, input.length - inflater.getRemaining(), input.length);
                state = State.TAIL;
            }
            return length == PIECE ? piece : Arrays.copyOf(piece, length);
        } catch (DataFormatException broken) {
            throw new IllegalArgumentException("the gzip is broken", broken);
        }
    }

    private void check() {
        long told = 0;
        for (int at = 3; at >= 0; at--) {
            told = told << 8 | (held[at] & 0xff);
        }
        if (told != crc.getValue()) {
            throw new IllegalArgumentException("the gzip is broken: its check sum does not fit");
        }
        held = Arrays.copyOfRange(held, TAIL, held.length);
        state = State.HEAD;
    }
}
