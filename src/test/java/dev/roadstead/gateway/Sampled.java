package dev.roadstead.gateway;

import java.io.IOException;
import java.io.InputStream;

/** Counts what passes, and looks at the heap now and then. */
final class Sampled extends InputStream {
    private static final int SAMPLES = 6;

    private final InputStream source;
    private final long step;
    private long count;
    private long most;

    /** @param expected about so many bytes */
    Sampled(InputStream source, long expected) {
        this.source = source;
        this.step = expected / SAMPLES;
    }

    /** Bytes that were read. */
    long count() {
        return count;
    }

    /** Of the heap's bytes in use while it was read. */
    long mostHeap() {
        return most;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        int read = source.read(target, offset, length);
        if (read > 0) {
            if ((count + read) / step > count / step) {
                most = Math.max(most, Heap.usedAfterCollection());
            }
            count += read;
        }
        return read;
    }

    @Override
    public void close() throws IOException {
        source.close();
    }
}
