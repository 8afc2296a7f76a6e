package dev.roadstead.proxy;

import dev.roadstead.transport.ReadSizes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FileRegion;
import io.netty.channel.epoll.AbstractEpollStreamChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.Native;
import io.netty.channel.unix.FileDescriptor;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AbstractReferenceCounted;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves bytes of known number from one socket to another through a pipe of the kernel's ({@code splice}, Linux): they are never copied
 * to here. All on the one thread of both connections. What the other side does not take stays in the pipe, and no more is moved until
 * it is gone.
 */
final class Splice implements AutoCloseable {
    /** Fewer bytes are copied: a pipe must be made, and thrown away. */
    static final long LEAST_BYTES = 256L * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Splice.class);

    /** What a pipe is to hold: as much as a socket usually has. Fewer bytes at once wake the other side more often. */
    private static final int WANTED_PIPE_BYTES = 256 * 1024;

    /** What a pipe holds unless it is told otherwise. It is less where a user has many: then copying is faster. */
    private static final int USUAL_PIPE_BYTES = 64 * 1024;

    /** Others on the thread get their turn after so many pipes full. */
    private static final int ROUNDS = 8;

    /** The body that is moved. */
    interface Body {
        /** How many bytes of it are left, if they may be moved now; otherwise zero. The last one is never moved. */
        long wanted();

        /** So many have left the socket. */
        void moved(int bytes);

        /** The other side has taken some. */
        void taken();

        /** The socket has none at the moment, or they must be copied: the next ones must be asked for. */
        void awaited();
    }

    private final AbstractEpollStreamChannel from;
    private final AbstractEpollStreamChannel to;
    private final Function<FileRegion, ChannelFuture> into;
    private final Body body;
    private final Pipe pipe;
    private int rounds;
    private boolean moving;
    private boolean taking;
    private boolean closed;

    private Splice(
            AbstractEpollStreamChannel from,
            AbstractEpollStreamChannel to,
            Function<FileRegion, ChannelFuture> into,
            Body body,
            Pipe pipe) {
        this.from = from;
        this.to = to;
        this.into = into;
        this.body = body;
        this.pipe = pipe;
    }

    /**
     * Makes one, if both connections are the kernel's own and plain.
     *
     * @param into writes it to the other one, and flushes
     * @return null: the bytes must be copied
     */
    static @Nullable Splice of(Channel from, Channel to, Function<FileRegion, ChannelFuture> into, Body body) {
        if (!Epoll.isAvailable()
                || !(from instanceof AbstractEpollStreamChannel source)
                || !(to instanceof AbstractEpollStreamChannel sink)
                || from.pipeline().get(SslHandler.class) != null
                || to.pipeline().get(SslHandler.class) != null) {
            return null;
        }
        try {
            Splice splice = new Splice(source, sink, into, body, new Pipe());
            ReadSizes.readLittle(source, true);
            return splice;
        } catch (IOException noPipe) {
            LOG.debug("no pipe, so the bytes are copied: {}", noPipe.toString());
            return null;
        }
    }

    /** Moves what is there, as far as the other side takes it. */
    void go() {
        rounds = 0;
        goOn();
    }

    private void goOn() {
        if (moving || taking) {
            return;
        }
        moving = true;
        try {
            while (!taking) {
                // A descriptor that was closed may be another connection's by now.
                long wanted = closed || !from.isOpen() || !to.isOpen() ? 0 : body.wanted();
                if (wanted == 0) {
                    return;
                }
                // The last byte is read, for what is behind it must be seen with it. And by asking, others get their
                // turn.
                if (wanted == 1 || rounds == ROUNDS || !move((int) Math.min(wanted - 1, pipe.bytes))) {
                    body.awaited();
                    return;
                }
                rounds++;
            }
        } finally {
            moving = false;
        }
    }

    private boolean move(int most) {
        int bytes;
        try {
            bytes = Native.splice(from.fd().intValue(), -1, pipe.in.intValue(), -1, most);
        } catch (IOException failed) {
            // Whether the connection has failed tells whoever reads it next; a kernel that will not splice has it
            // copied.
            LOG.debug("not spliced: {}", failed.toString());
            close();
            return false;
        }
        if (bytes == 0) {
            return false;
        }
        ChannelFuture taken = into.apply(new Piece(pipe, to, bytes, body));
        taking = !taken.isDone();
        body.moved(bytes);
        if (taking) {
            taken.addListener(_ -> {
                taking = false;
                goOn();
            });
        }
        return true;
    }

    /** Whether it can move anything still; otherwise the rest is copied. */
    boolean isUseful() {
        return !closed;
    }

    /** Moves no more; what is in the pipe still goes to the other side. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            ReadSizes.readLittle(from, false);
            pipe.release();
        }
    }

    /** A pipe of the kernel's, closed with the last that is in it. */
    private static final class Pipe extends AbstractReferenceCounted {
        private final FileDescriptor out;
        private final FileDescriptor in;
        private final int bytes;

        Pipe() throws IOException {
            FileDescriptor[] ends = FileDescriptor.pipe();
            out = ends[0];
            in = ends[1];
            try {
                bytes = Fcntl.pipeSize(in.intValue(), WANTED_PIPE_BYTES);
                if (bytes < USUAL_PIPE_BYTES) {
                    throw new IOException("this user has too many pipes to get another one of use");
                }
            } catch (IOException useless) {
                deallocate();
                throw useless;
            }
        }

        @Override
        protected void deallocate() {
            close(in);
            close(out);
        }

        private static void close(FileDescriptor end) {
            try {
                end.close();
            } catch (IOException failed) {
                LOG.warn("a pipe was not closed: {}", failed.toString());
            }
        }

        @Override
        public Pipe touch(Object hint) {
            return this;
        }
    }

    /** Some bytes in a pipe, in their place among all that is written to a connection. */
    private static final class Piece extends AbstractReferenceCounted implements FileRegion {
        private final Pipe pipe;
        private final AbstractEpollStreamChannel to;
        private final int bytes;
        private final Body body;
        private int gone;

        Piece(Pipe pipe, AbstractEpollStreamChannel to, int bytes, Body body) {
            pipe.retain();
            this.pipe = pipe;
            this.to = to;
            this.bytes = bytes;
            this.body = body;
        }

        /** Into the socket itself; whatever is wrapped around it cannot splice. */
        @Override
        public long transferTo(WritableByteChannel target, long position) throws IOException {
            int taken = Native.splice(pipe.out.intValue(), -1, to.fd().intValue(), -1, bytes - gone);
            gone += taken;
            if (taken > 0) {
                body.taken();
            }
            return taken;
        }

        @Override
        public long position() {
            return 0;
        }

        @Override
        public long transferred() {
            return gone;
        }

        @Override
        @Deprecated
        public long transfered() {
            return gone;
        }

        @Override
        public long count() {
            return bytes;
        }

        @Override
        protected void deallocate() {
            pipe.release();
        }

        @Override
        public Piece retain() {
            super.retain();
            return this;
        }

        @Override
        public Piece retain(int increment) {
            super.retain(increment);
            return this;
        }

        @Override
        public Piece touch() {
            return this;
        }

        @Override
        public Piece touch(Object hint) {
            return this;
        }
    }
}
