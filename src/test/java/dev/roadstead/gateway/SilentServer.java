package dev.roadstead.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Takes connections, as the system's backlog does, and never says a word. */
final class SilentServer implements AutoCloseable {
    private final ServerSocket socket;

    SilentServer() {
        try {
            this.socket = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String uri() {
        return "tcp://127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
