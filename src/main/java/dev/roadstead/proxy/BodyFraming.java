package dev.roadstead.proxy;

import io.netty.buffer.ByteBuf;

/** Follows a body to its end without looking into it: by its length, by the sizes of its chunks, or to the end of the connection. */
final class BodyFraming {
    private static final int MOST_SIZE_DIGITS = 15;
    private static final int MOST_EXTENSION = 1024;
    private static final int MOST_TRAILERS = 16 * 1024;

    private enum At {
        LENGTH,
        UNTIL_END,
        SIZE,
        EXTENSION,
        SIZE_FEED,
        DATA,
        DATA_RETURN,
        DATA_FEED,
        TRAILER_START,
        TRAILER,
        TRAILER_FEED,
        LAST_FEED,
        DONE
    }

    private At at;
    private long left;
    private int digits;
    private int counted;

    private BodyFraming(At at, long left) {
        this.at = at;
        this.left = left;
    }

    static BodyFraming none() {
        return new BodyFraming(At.DONE, 0);
    }

    static BodyFraming length(long length) {
        return new BodyFraming(length == 0 ? At.DONE : At.LENGTH, length);
    }

    static BodyFraming chunked() {
        return new BodyFraming(At.SIZE, 0);
    }

    static BodyFraming untilEnd() {
        return new BodyFraming(At.UNTIL_END, 0);
    }

    boolean isDone() {
        return at == At.DONE;
    }

    boolean isUntilEnd() {
        return at == At.UNTIL_END;
    }

    /** How many of these bytes are the body's; the rest is behind it. They are not read. */
    int take(ByteBuf in) throws MalformedMessage {
        int readable = in.readableBytes();
        return switch (at) {
            case DONE -> 0;
            case UNTIL_END -> readable;
            case LENGTH -> counted(readable);
            default -> chunks(in) - in.readerIndex();
        };
    }

    /** How many bytes are still to come, if that is known and nothing else is; otherwise zero. */
    long knownLeft() {
        return at == At.LENGTH ? left : 0;
    }

    /** So many of the {@link #knownLeft} have gone another way. */
    void passed(int bytes) {
        if (bytes > knownLeft()) {
            throw new IllegalArgumentException("%d bytes of %d".formatted(bytes, knownLeft()));
        }
        counted(bytes);
    }

    private int counted(int readable) {
        int taken = (int) Math.min(left, readable);
        left -= taken;
        if (left == 0) {
            at = At.DONE;
        }
        return taken;
    }

    private int chunks(ByteBuf in) throws MalformedMessage {
        int index = in.readerIndex();
        int limit = in.writerIndex();
        while (index < limit && at != At.DONE) {
            if (at == At.DATA) {
                int taken = (int) Math.min(left, limit - index);
                left -= taken;
                index += taken;
                if (left == 0) {
                    at = At.DATA_RETURN;
                }
            } else {
                step(in.getByte(index));
                index++;
            }
        }
        return index;
    }

    private void step(byte next) throws MalformedMessage {
        switch (at) {
            case SIZE -> size(next);
            case EXTENSION -> {
                if (next == '\r') {
                    at = At.SIZE_FEED;
                } else {
                    count(next, MOST_EXTENSION);
                }
            }
            case SIZE_FEED -> {
                expect(next, '\n');
                at = left == 0 ? At.TRAILER_START : At.DATA;
                counted = 0;
            }
            case DATA_RETURN -> {
                expect(next, '\r');
                at = At.DATA_FEED;
            }
            case DATA_FEED -> {
                expect(next, '\n');
                at = At.SIZE;
                digits = 0;
            }
            case TRAILER_START -> {
                if (next == '\r') {
                    at = At.LAST_FEED;
                } else if (HeadLines.isToken(next)) {
                    count(next, MOST_TRAILERS);
                    at = At.TRAILER;
                } else {
                    throw new MalformedMessage("a trailer begins with a name");
                }
            }
            case TRAILER -> {
                if (next == '\r') {
                    at = At.TRAILER_FEED;
                } else {
                    count(next, MOST_TRAILERS);
                }
            }
            case TRAILER_FEED -> {
                expect(next, '\n');
                at = At.TRAILER_START;
            }
            case LAST_FEED -> {
                expect(next, '\n');
                at = At.DONE;
            }
            default -> throw new IllegalStateException("no chunks at " + at);
        }
    }

    private void size(byte next) throws MalformedMessage {
        int digit = Character.digit(next, 16);
        if (digit >= 0 && next >= 0) {
            if (++digits > MOST_SIZE_DIGITS) {
                throw new MalformedMessage("a chunk's size (expected: at most %d digits)".formatted(MOST_SIZE_DIGITS));
            }
            left = (digits == 1 ? 0 : left << 4) | digit;
        } else if (digits > 0 && next == '\r') {
            at = At.SIZE_FEED;
        } else if (digits > 0 && next == ';') {
            at = At.EXTENSION;
            counted = 0;
        } else {
            throw new MalformedMessage("a chunk begins with its size");
        }
    }

    private void count(byte next, int most) throws MalformedMessage {
        HeadLines.checkVisible(next);
        if (++counted > most) {
            throw new MalformedMessage("a chunk's extension, or the trailers, are too long");
        }
    }

    private static void expect(byte next, char expected) throws MalformedMessage {
        if (next != expected) {
            throw new MalformedMessage("a chunk ends with CR and LF");
        }
    }
}
