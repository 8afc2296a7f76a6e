package dev.roadstead.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A tar with one file, {@code large}, made while it is read (POSIX ustar). Every eight bytes of the file tell where they stand, so that
 * none can be lost, doubled or exchanged without another {@linkplain #digest digest}.
 */
final class GeneratedTar extends InputStream {
    private static final int BLOCK = 512;
    private static final int SIZE = 124;
    private static final int SIZE_DIGITS = 11;
    private static final int TYPE = 156;

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
        return place < BLOCK + size ? (byte) (mixed((place - BLOCK) >>> 3) >>> (8 * (place & 7))) : 0;
    }

    /** Another number for every number (the finalizer of SplitMix64). */
    private static long mixed(long number) {
        long mixed = number + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** SHA-256 of the first file of a tar, whoever made it, in hexadecimal digits; the tar is read to its end. */
    static String digest(InputStream tar) throws IOException {
        byte[] head = tar.readNBytes(BLOCK);
        while (head.length == BLOCK && head[TYPE] != '0') {
            // Attributes of the file that follows.
            tar.skipNBytes((sizeIn(head) + BLOCK - 1) / BLOCK * BLOCK);
            head = tar.readNBytes(BLOCK);
        }
        if (head.length < BLOCK) {
            throw new EOFException("a tar without a file");
        }
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
        byte[] part = new byte[1 << 16];
        for (long left = sizeIn(head); left > 0; ) {
            int read = tar.read(part, 0, (int) Math.min(part.length, left));
            if (read < 0) {
                throw new EOFException("%d bytes are missing".formatted(left));
            }
            digest.update(part, 0, read);
            left -= read;
        }
        tar.transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(digest.digest());
    }

    private static long sizeIn(byte[] head) {
        return Long.parseLong(new String(head, SIZE, SIZE_DIGITS, StandardCharsets.US_ASCII), 8);
    }

    private static byte[] head(long size) {
        byte[] head = new byte[BLOCK];
        put(head, 0, "large");
        put(head, 100, "0000644\0");
        put(head, 108, "0000000\0");
        put(head, 116, "0000000\0");
        put(head, SIZE, "%011o\0".formatted(size));
        put(head, 136, "%011o\0".formatted(1_700_000_000));
        put(head, 148, "        ");
        put(head, TYPE, "0");
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
