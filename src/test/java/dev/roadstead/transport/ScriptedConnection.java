package dev.roadstead.transport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The server's side of one connection, for a {@link Script}. */
public final class ScriptedConnection implements AutoCloseable {
    private final InputStream in;
    private final OutputStream out;
    private final Closing closing;
    private final @Nullable Socket socket;
    private final CountDownLatch clientClosed = new CountDownLatch(1);
    private @Nullable ScriptedRequest request;
    private @Nullable InputStream body;
    private boolean closed;
    private boolean watched;

    private interface Closing {
        void close() throws IOException;
    }

    ScriptedConnection(Socket socket) throws IOException {
        this.in = new BufferedInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
        this.closing = socket::close;
        this.socket = socket;
    }

    ScriptedConnection(SocketChannel channel) {
        this.in = new BufferedInputStream(Channels.newInputStream(channel));
        this.out = Channels.newOutputStream(channel);
        this.closing = channel::close;
        this.socket = null;
    }

    /** The request being answered. */
    public ScriptedRequest request() {
        if (request == null) {
            throw new IllegalStateException("no request yet");
        }
        return request;
    }

    /** Sends bytes at once. */
    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Sends text as UTF-8 at once. */
    public void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends the head of a chunked answer. */
    public void beginChunks(int status, String contentType) throws IOException {
        write(String.format(
                Locale.ROOT,
                "HTTP/1.1 %d Scripted\r\nContent-Type: %s\r\nTransfer-Encoding: chunked\r\n\r\n",
                status,
                contentType));
    }

    /** Sends one chunk in one write. */
    public void chunk(byte[] bytes) throws IOException {
        ByteArrayOutputStream framed = new ByteArrayOutputStream(bytes.length + 16);
        framed.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        framed.writeBytes(bytes);
        framed.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        write(framed.toByteArray());
    }

    /** Ends a chunked answer. */
    public void endChunks() throws IOException {
        write("0\r\n\r\n");
    }

    /** The request's body, of known length or chunked; read as far as the script reads it. */
    public InputStream body() {
        if (body == null) {
            body = RequestBody.of(request(), in);
        }
        return body;
    }

    /** Reads the request's body. */
    public byte[] readBody() throws IOException {
        return body().readAllBytes();
    }

    /** Reads the request's body and forgets it; tells how long it was. */
    public long drainBody() throws IOException {
        return body().transferTo(OutputStream.nullOutputStream());
    }

    /** Bytes after the request: what a client sends on a connection it took over. */
    public InputStream rawInput() {
        return in;
    }

    /** Waits until the client has closed its side, or broken the connection; reads and forgets what still comes. */
    public void awaitClientClosed() {
        watchClient();
        try {
            clientClosed.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the client to close, at most so long; tells whether it did. */
    public boolean clientClosesWithin(Duration bound) throws IOException {
        watchClient();
        try {
            return clientClosed.await(bound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            throw (IOException) new InterruptedIOException().initCause(stopped);
        }
    }

    /** Breaks the connection so that the client gets a reset; only over TCP. */
    public void reset() throws IOException {
        if (socket == null) {
            throw new UnsupportedOperationException("a unix socket has no reset");
        }
        socket.setSoLinger(true, 0);
        close();
    }

    @Override
    public void close() throws IOException {
        closed = true;
        closing.close();
    }

    /** Plays one request after the other until the connection is closed. */
    void serve(Consumer<ScriptedRequest> record, Script script) throws IOException {
        while (!closed && !watched) {
            ScriptedRequest next = readHead();
            if (next == null) {
                return;
            }
            request = next;
            body = null;
            record.accept(next);
            script.play(this);
            if (!closed && !watched) {
                drainBody();
            }
        }
    }

    private void watchClient() {
        if (watched) {
            return;
        }
        watched = true;
        Thread.ofVirtual().start(() -> {
            try {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException broken) {
                // Broken is closed as well.
            } finally {
                clientClosed.countDown();
            }
        });
    }

    private @Nullable ScriptedRequest readHead() throws IOException {
        String line = readLine(in);
        if (line == null) {
            return null;
        }
        String[] words = line.split(" ", 3);
        if (words.length != 3) {
            throw new IOException("not a request: " + line);
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String header = readLine(in); header != null && !header.isEmpty(); header = readLine(in)) {
            String[] pair = header.split(":", 2);
            headers.put(pair[0], pair[1].strip());
        }
        return new ScriptedRequest(words[0], words[1], headers);
    }

    static @Nullable String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                if (line.size() == 0) {
                    return null;
                }
                throw new EOFException("in the middle of a line: " + line.toString(StandardCharsets.ISO_8859_1));
            }
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }
}
