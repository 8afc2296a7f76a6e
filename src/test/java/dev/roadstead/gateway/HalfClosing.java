package dev.roadstead.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/** An engine that grants every upgrade, says its last word at once, and still listens. */
final class HalfClosing implements AutoCloseable {
    private final ServerSocket server;
    private volatile String heard = "";

    HalfClosing(CountDownLatch done) throws IOException {
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try (Socket socket = server.accept()) {
                    if (serve(socket)) {
                        done.countDown();
                    }
                } catch (IOException closed) {
                    // The next one, if there is any.
                }
            }
        });
    }

    private boolean serve(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return false;
            }
            head.append((char) next);
        }
        if (!head.toString().startsWith("POST /x ")) {
            return false;
        }
        socket.getOutputStream()
                .write("HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nbye"
                        .getBytes(StandardCharsets.ISO_8859_1));
        socket.shutdownOutput();
        heard = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return true;
    }

    String uri() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    String heard() {
        return heard;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
