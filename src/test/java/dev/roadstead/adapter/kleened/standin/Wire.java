package dev.roadstead.adapter.kleened.standin;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;

/** The bytes of one connection, whatever carries them. */
interface Wire extends Closeable {
    /** Does what has to be done before the first byte; nobody counts its time. */
    default void begin() throws IOException {}

    /** Waits for bytes; -1 at the end. */
    int read(byte[] into) throws IOException;

    void write(byte[] bytes) throws IOException;

    /** Ends what we write; what comes can still be read. */
    void shutdownOutput() throws IOException;

    static Wire of(SocketChannel channel) {
        return new Wire() {
            @Override
            public int read(byte[] into) throws IOException {
                return channel.read(ByteBuffer.wrap(into));
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }

            @Override
            public void shutdownOutput() throws IOException {
                channel.shutdownOutput();
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    static Wire of(Socket socket) {
        return new Wire() {
            @Override
            public void begin() throws IOException {
                if (socket instanceof SSLSocket tls) {
                    tls.startHandshake();
                }
            }

            @Override
            public int read(byte[] into) throws IOException {
                return socket.getInputStream().read(into);
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
            }

            @Override
            public void shutdownOutput() throws IOException {
                socket.shutdownOutput();
            }

            @Override
            public void close() throws IOException {
                socket.close();
            }
        };
    }
}
