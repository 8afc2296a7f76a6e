package dev.roadstead.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A client that says exactly what it is told, be it HTTP or not, and that can leave in the middle. */
final class RawClient implements AutoCloseable {
    private static final int SMALL = 8 * 1024;

    private final Socket socket = new Socket();
    private final RunningGateway gateway;

    RawClient(RunningGateway gateway) throws IOException {
        this.gateway = gateway;
        // Else the kernel would take megabytes for a reader that does not read.
        socket.setReceiveBufferSize(SMALL);
        socket.connect(
                new java.net.InetSocketAddress("localhost", gateway.base().getPort()));
        socket.setSoTimeout(20_000);
    }

    /** Sends the head of a request with the credentials; more headers as whole lines. */
    RawClient request(String requestLine, String... headers) throws IOException {
        String credentials = Base64.getEncoder()
                .encodeToString((gateway.user() + ":" + gateway.password()).getBytes(StandardCharsets.UTF_8));
        StringBuilder head = new StringBuilder(requestLine)
                .append(" HTTP/1.1\r\nHost: gateway\r\nAuthorization: Basic ")
                .append(credentials)
                .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Reads until this has come; tells everything until then. */
    String readUntil(String expected) throws IOException {
        StringBuilder read = new StringBuilder();
        InputStream in = socket.getInputStream();
        while (read.indexOf(expected) < 0) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended before \"%s\": %s".formatted(expected, read));
            }
            read.append((char) next);
        }
        return read.toString();
    }

    /** The head of an answer, its status line first. */
    String readHead() throws IOException {
        return readUntil("\r\n\r\n");
    }

    /** Everything until the gateway closes the connection. */
    String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    /** What comes, to be read as it comes. */
    InputStream input() throws IOException {
        return socket.getInputStream();
    }

    /** Sends no more; what comes is still read. */
    RawClient finish() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Leaves with a reset, as a process that is killed with unread data does. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
