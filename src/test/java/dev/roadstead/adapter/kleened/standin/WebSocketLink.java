package dev.roadstead.adapter.kleened.standin;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket as the daemon speaks it: text frames carry any bytes, a close reason that does not fit drops the connection, and a client
 * that sends no frame is cut off.
 */
final class WebSocketLink {
    static final int LONGEST_REASON = 123;
    private static final int TEXT = 1;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    /** What an endpoint does with frames; a {@link Answer.Crash} ends the link with 1011. */
    interface Endpoint {
        void text(byte[] data);

        void binary(byte[] data);

        void pong();

        /** The client closed, dropped the link, or was silent for too long. */
        void left();
    }

    private final Wire wire;
    private final Duration idle;
    private final ScheduledExecutorService clock;
    private byte[] rest;
    private int at;
    private boolean closed;
    private @Nullable ScheduledFuture<?> cut;

    WebSocketLink(Wire wire, byte[] rest, Duration idle, ScheduledExecutorService clock) {
        this.wire = wire;
        this.rest = rest;
        this.idle = idle;
        this.clock = clock;
    }

    static byte[] handshake(String key, String date) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            byte[] accept =
                    sha1.digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return ("HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\ndate: " + date
                            + "\r\nsec-websocket-accept: " + Base64.getEncoder().encodeToString(accept)
                            + "\r\nserver: Cowboy\r\nupgrade: websocket\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Reads frames until the link ends. */
    void serve(Endpoint endpoint) throws IOException {
        try {
            rearm(endpoint);
            frames(endpoint);
        } catch (EOFException dropped) {
            if (end()) {
                endpoint.left();
            }
        } catch (Answer.Crash crash) {
            close(1011, new byte[0]);
            endpoint.left();
        } catch (IOException dropped) {
            if (end()) {
                endpoint.left();
            }
        } finally {
            stopCut();
            wire.close();
        }
    }

    private void frames(Endpoint endpoint) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        int type = 0;
        while (true) {
            int first = next();
            int second = next();
            long length = second & 0x7f;
            if (length == 126) {
                length = next() * 256L + next();
            } else if (length == 127) {
                length = 0;
                for (int i = 0; i < 8; i++) {
                    length = (length << 8) | next();
                }
            }
            byte[] mask = (second & 0x80) != 0 ? take(4) : new byte[4];
            byte[] data = take((int) length);
            for (int i = 0; i < data.length; i++) {
                data[i] ^= mask[i % 4];
            }
            rearm(endpoint);
            switch (first & 0x0f) {
                case CLOSE -> {
                    if (end()) {
                        try {
                            frame(CLOSE, data.length >= 2 ? new byte[] {0x03, (byte) 0xe8} : new byte[0]);
                        } finally {
                            // Also of a client that does not wait for our farewell.
                            endpoint.left();
                        }
                    }
                    return;
                }
                case PING -> send(PONG, data);
                case PONG -> endpoint.pong();
                default -> {
                    if ((first & 0x0f) != 0) {
                        type = first & 0x0f;
                        message.reset();
                    }
                    message.writeBytes(data);
                    if ((first & 0x80) != 0 && !isClosed()) {
                        if (type == TEXT) {
                            endpoint.text(message.toByteArray());
                        } else {
                            endpoint.binary(message.toByteArray());
                        }
                    }
                }
            }
        }
    }

    void text(byte[] data) {
        send(TEXT, data);
    }

    void text(String data) {
        text(data.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the link with this code and a reason; one that does not fit drops the link instead. */
    void close(int code, byte[] reason) {
        if (!end()) {
            return;
        }
        try {
            if (reason.length > LONGEST_REASON) {
                wire.close();
                return;
            }
            byte[] data = new byte[reason.length + 2];
            data[0] = (byte) (code >> 8);
            data[1] = (byte) code;
            System.arraycopy(reason, 0, data, 2, reason.length);
            frame(CLOSE, data);
            // What the client still sends is read, so that the end of the connection does not overtake the frame.
            wire.shutdownOutput();
            var _ = clock.schedule(this::hangUp, 1, TimeUnit.SECONDS);
        } catch (IOException gone) {
            hangUp();
        }
    }

    void close(int code, String type, String message, String data) {
        close(code, JsonText.control(type, message, data));
    }

    /** Ends the link without a close frame. */
    void drop() {
        end();
        hangUp();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    private void hangUp() {
        try {
            wire.close();
        } catch (IOException gone) {
            // it is gone already
        }
    }

    /** Whether this call ended the link. */
    private synchronized boolean end() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    private synchronized void rearm(Endpoint endpoint) {
        stopCut();
        if (!closed) {
            cut = clock.schedule(
                    () -> {
                        if (!isClosed()) {
                            close(1000, new byte[0]);
                            endpoint.left();
                        }
                    },
                    idle.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private synchronized void stopCut() {
        if (cut != null) {
            cut.cancel(false);
        }
    }

    private void send(int type, byte[] data) {
        try {
            synchronized (this) {
                if (!closed) {
                    frame(type, data);
                }
            }
        } catch (IOException gone) {
            hangUp();
        }
    }

    private synchronized void frame(int type, byte[] data) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream(data.length + 10);
        frame.write(0x80 | type);
        if (data.length < 126) {
            frame.write(data.length);
        } else if (data.length < 65_536) {
            frame.write(126);
            frame.write(data.length >> 8);
            frame.write(data.length);
        } else {
            frame.write(127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                frame.write((int) ((long) data.length >> shift));
            }
        }
        frame.writeBytes(data);
        wire.write(frame.toByteArray());
    }

    private int next() throws IOException {
        if (at == rest.length) {
            byte[] chunk = new byte[65_536];
            int count = wire.read(chunk);
            if (count < 0) {
                throw new EOFException();
            }
            rest = java.util.Arrays.copyOf(chunk, count);
            at = 0;
            return count == 0 ? next() : rest[at++] & 0xff;
        }
        return rest[at++] & 0xff;
    }

    private byte[] take(int length) throws IOException {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            data[i] = (byte) next();
        }
        return data;
    }
}
