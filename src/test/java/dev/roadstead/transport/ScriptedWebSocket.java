package dev.roadstead.transport;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The server's side of a WebSocket on a {@link ScriptedConnection}, frame by frame (RFC 6455). */
public final class ScriptedWebSocket {
    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private final ScriptedConnection connection;

    private ScriptedWebSocket(ScriptedConnection connection) {
        this.connection = connection;
    }

    /** A frame that a client sent, unmasked. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Frame(int opcode, byte[] data) {
        public String text() {
            return new String(data, StandardCharsets.UTF_8);
        }
    }

    /** What is done once a WebSocket is open. */
    public interface Play {
        void play(ScriptedWebSocket socket) throws IOException;
    }

    /** Opens the WebSocket that was asked for, and plays. */
    public static Script playing(Play play) {
        return connection -> play.play(accept(connection));
    }

    /** Opens the WebSocket that was asked for. */
    public static ScriptedWebSocket accept(ScriptedConnection connection) throws IOException {
        connection.write(head(connection));
        return new ScriptedWebSocket(connection);
    }

    /** The answer that opens it. */
    static String head(ScriptedConnection connection) {
        String key = connection.request().headers().get("sec-websocket-key");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n";
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The bytes of a whole, final frame. */
    public static byte[] frame(int opcode, byte[] data) {
        return frame(0x80 | opcode, 0, data);
    }

    /** The bytes of a frame with this first byte. */
    static byte[] frame(int first, int mask, byte[] data) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (data.length < 126) {
            frame.write(mask | data.length);
        } else if (data.length < 0x10000) {
            frame.write(mask | 126);
            frame.write(data.length >> 8);
            frame.write(data.length);
        } else {
            frame.write(mask | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) data.length >> shift));
            }
        }
        frame.writeBytes(data);
        return frame.toByteArray();
    }

    public ScriptedWebSocket text(String text) throws IOException {
        return send(TEXT, text.getBytes(StandardCharsets.UTF_8));
    }

    public ScriptedWebSocket send(int opcode, byte[] data) throws IOException {
        return raw(frame(opcode, data));
    }

    public ScriptedWebSocket raw(byte[] bytes) throws IOException {
        connection.write(bytes);
        return this;
    }

    /** The next frame of the client; fails if there is none any more. */
    public Frame read() throws IOException {
        InputStream in = connection.rawInput();
        int opcode = next(in) & 0x0f;
        int second = next(in);
        if ((second & 0x80) == 0) {
            throw new IOException("a client's frame without a mask");
        }
        long length = second & 0x7f;
        int extended = length == 126 ? 2 : length == 127 ? 8 : 0;
        for (int at = 0; at < extended; at++) {
            length = (at == 0 ? 0 : length << 8) | next(in);
        }
        byte[] mask = in.readNBytes(4);
        byte[] data = in.readNBytes((int) length);
        for (int at = 0; at < data.length; at++) {
            data[at] ^= mask[at % 4];
        }
        return new Frame(opcode, data);
    }

    /** Waits for the client to leave. */
    public void awaitEnd() {
        connection.awaitClientClosed();
    }

    /** Says farewell and closes. */
    public void close() throws IOException {
        send(CLOSE, new byte[] {3, (byte) 0xe8});
        connection.close();
    }

    /** Closes without a farewell. */
    public void cut() throws IOException {
        connection.close();
    }

    private static int next(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("the client is gone");
        }
        return next;
    }
}
