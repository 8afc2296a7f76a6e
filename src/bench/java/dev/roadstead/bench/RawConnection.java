package dev.roadstead.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** One connection that says prepared bytes and counts what comes back: as little client as there can be beside what is measured. */
final class RawConnection implements AutoCloseable {
    private static final int BUFFER = 1 << 18;

    private final Target target;
    private final SocketChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER).flip();

    /** What to measure, over a Unix socket or TCP. */
    RawConnection(Target target) throws IOException {
        this.target = target;
        URI base = target.base();
        if ("unix".equals(base.getScheme())) {
            this.channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(base.getPath()));
        } else {
            this.channel = SocketChannel.open();
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), base.getPort()));
        }
    }

    /** A request's head, as the target wants it. */
    byte[] head(String method, String more) {
        String authorization = target.credentials() == null
                ? ""
                : "Authorization: Basic "
                        + Base64.getEncoder()
                                .encodeToString(target.credentials().getBytes(StandardCharsets.UTF_8))
                        + "\r\n";
        return "%s %s HTTP/1.1\r\nHost: localhost\r\n%s%s\r\n"
                .formatted(method, target.path(), authorization, more)
                .getBytes(StandardCharsets.US_ASCII);
    }

    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Reads one answer, which must be a 200; the length of its body. */
    long answer() throws IOException {
        String status = line();
        if (!status.contains(" 200")) {
            throw new IOException("%s%s: %s".formatted(target.base(), target.path(), status));
        }
        long length = 0;
        boolean chunked = false;
        for (String line = line(); !line.isEmpty(); line = line()) {
            String lower = line.toLowerCase(Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            } else if (lower.startsWith("transfer-encoding:")) {
                chunked = true;
            }
        }
        if (!chunked) {
            skip(length);
            return length;
        }
        long sum = 0;
        while (true) {
            long size = Long.parseLong(line(), 16);
            skip(size);
            line();
            if (size == 0) {
                return sum;
            }
            sum += size;
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        while (true) {
            char next = (char) next();
            if (next == '\n') {
                return line.substring(0, line.length() - 1);
            }
            line.append(next);
        }
    }

    private int next() throws IOException {
        if (!in.hasRemaining()) {
            fill();
        }
        return in.get();
    }

    private void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            if (!in.hasRemaining()) {
                fill();
            }
            int now = (int) Math.min(left, in.remaining());
            in.position(in.position() + now);
            left -= now;
        }
    }

    private void fill() throws IOException {
        in.clear();
        int read = channel.read(in);
        in.flip();
        if (read < 0) {
            throw new EOFException("%s%s".formatted(target.base(), target.path()));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
