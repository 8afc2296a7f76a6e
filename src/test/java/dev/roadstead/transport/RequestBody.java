package dev.roadstead.transport;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** A request's body without its framing: by {@code Content-Length}, or chunked (RFC 9112 section 7.1, without trailers). */
final class RequestBody extends InputStream {
    private final InputStream in;
    private final boolean chunked;
    private long left;
    private boolean ended;

    private RequestBody(InputStream in, boolean chunked, long left) {
        this.in = in;
        this.chunked = chunked;
        this.left = left;
        this.ended = !chunked && left == 0;
    }

    static RequestBody of(ScriptedRequest request, InputStream in) {
        boolean chunked = "chunked".equalsIgnoreCase(request.headers().getOrDefault("transfer-encoding", ""));
        return new RequestBody(in, chunked, Long.parseLong(request.headers().getOrDefault("content-length", "0")));
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (chunked && !ended && left == 0) {
            left = Long.parseLong(line(), 16);
            if (left == 0) {
                line();
                ended = true;
            }
        }
        if (ended) {
            return -1;
        }
        int read = in.read(bytes, offset, (int) Math.min(length, left));
        if (read < 0) {
            throw new EOFException("in the middle of the request's body");
        }
        left -= read;
        if (left == 0) {
            if (chunked) {
                line();
            } else {
                ended = true;
            }
        }
        return read;
    }

    private String line() throws IOException {
        @Nullable String line = ScriptedConnection.readLine(in);
        if (line == null) {
            throw new EOFException("in the middle of the request's body");
        }
        return line;
    }
}
