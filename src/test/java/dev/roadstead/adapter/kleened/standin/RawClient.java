package dev.roadstead.adapter.kleened.standin;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A client that says exactly what it is told and hides nothing of the answer. */
final class RawClient implements AutoCloseable {
    /** An answer with its headers in lower case. */
    @SuppressWarnings("ArrayRecordComponent")
    record Reply(int status, Map<String, String> headers, byte[] body) {}

    /** A frame of the server. */
    @SuppressWarnings("ArrayRecordComponent")
    record Frame(int type, byte[] data) {}

    private final Wire wire;
    private byte[] buffered = new byte[0];
    private int at;

    RawClient(Wire wire) {
        this.wire = wire;
    }

    void send(byte[] bytes) throws IOException {
        wire.write(bytes);
    }

    Reply reply(boolean headOnly) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) next());
        }
        String[] lines = head.toString().split("\r\n", -1);
        int status = Integer.parseInt(lines[0].split(" ", 3)[1]);
        if (status == 100) {
            return reply(headOnly);
        }
        Map<String, String> headers = new TreeMap<>();
        for (String line : lines) {
            int colon = line.indexOf(": ");
            if (colon > 0) {
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
            }
        }
        int length = headOnly ? 0 : Integer.parseInt(headers.getOrDefault("content-length", "0"));
        return new Reply(status, headers, take(length));
    }

    /** All that comes until the end. */
    byte[] rest() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            while (true) {
                all.write(next());
            }
        } catch (IOException end) {
            return all.toByteArray();
        }
    }

    /** So many bytes, or what comes until the end. */
    byte[] some(int count) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            while (all.size() < count) {
                all.write(next());
            }
        } catch (IOException end) {
            // fewer
        }
        return all.toByteArray();
    }

    void frame(boolean fin, int type, byte[] data) throws IOException {
        byte[] mask = new byte[4];
        new SecureRandom().nextBytes(mask);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write((fin ? 0x80 : 0) | type);
        if (data.length < 126) {
            frame.write(0x80 | data.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(data.length >> 8);
            frame.write(data.length);
        }
        frame.writeBytes(mask);
        for (int i = 0; i < data.length; i++) {
            frame.write(data[i] ^ mask[i % 4]);
        }
        wire.write(frame.toByteArray());
    }

    /** The next frame; fails at the end of the connection. */
    Frame frame() throws IOException {
        int type = next() & 0x0f;
        long length = next();
        if (length == 126) {
            length = next() * 256L + next();
        } else if (length == 127) {
            length = 0;
            for (int i = 0; i < 8; i++) {
                length = length * 256 + next();
            }
        }
        return new Frame(type, take((int) length));
    }

    private byte[] take(int length) throws IOException {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) next();
        }
        return data;
    }

    private int next() throws IOException {
        if (at == buffered.length) {
            byte[] chunk = new byte[65_536];
            int count = wire.read(chunk);
            if (count < 0) {
                throw new EOFException();
            }
            buffered = java.util.Arrays.copyOf(chunk, count);
            at = 0;
        }
        return buffered[at++] & 0xff;
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
