package dev.roadstead.gateway;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A tar with one file, {@code large}, made while it is read (POSIX ustar). */
final class GeneratedTar extends InputStream {
    private static final int BLOCK = 512;

    private final byte[] head;
    private final long size;
    private final long length;
    private long position;

    private GeneratedTar(long size) {
        this.size = size;
        this.head = head(size);
        this.length = BLOCK + size + 2L * BLOCK;
    }

    /** @param size of the file; a multiple of 512 */
    static GeneratedTar ofSize(long size) {
        if (size % BLOCK != 0) {
            throw new IllegalArgumentException("size: %d (expected: a multiple of %d)".formatted(size, BLOCK));
        }
        return new GeneratedTar(size);
    }

    /** Bytes of the whole tar. */
    long length() {
        return length;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int wanted) {
        if (position == length) {
            return -1;
        }
        int count = (int) Math.min(wanted, length - position);
        for (int i = 0; i < count; i++, position++) {
            target[offset + i] = at(position);
        }
        return count;
    }

    private byte at(long place) {
        if (place < BLOCK) {
            return head[(int) place];
        }
        return place < BLOCK + size ? (byte) (place * 31 + (place >> 9)) : 0;
    }

    private static byte[] head(long size) {
        byte[] head = new byte[BLOCK];
        put(head, 0, "large");
        put(head, 100, "0000644\0");
        put(head, 108, "0000000\0");
        put(head, 116, "0000000\0");
        put(head, 124, "%011o\0".formatted(size));
        put(head, 136, "%011o\0".formatted(1_700_000_000));
        put(head, 148, "        ");
        put(head, 156, "0");
        put(head, 257, "ustar\000" + "00");
        int sum = 0;
        for (byte each : head) {
            sum += each & 0xff;
        }
        put(head, 148, "%06o\0 ".formatted(sum));
        return head;
    }

    private static void put(byte[] head, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(bytes, 0, head, at, bytes.length);
    }
}
