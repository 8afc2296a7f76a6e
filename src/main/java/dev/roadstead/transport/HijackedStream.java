package dev.roadstead.transport;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A connection that has left HTTP behind: bytes in both directions, each of which ends by itself. It may be silent for ever. Whoever
 * gets one closes it; one that nobody touches within the idle timeout was lost on its way and is given up.
 */
public final class HijackedStream {
    private final Channel channel;
    private final PulledBytes pulled;
    private final Failures failures;
    private final Future<?> untouched;
    private ChannelFuture lastWrite;
    private @Nullable ChannelPromise finishing;

    HijackedStream(Channel channel, PulledBytes pulled, Failures failures, Duration untouchedBound) {
        this.channel = channel;
        this.pulled = pulled;
        this.failures = failures;
        this.lastWrite = channel.newSucceededFuture();
        this.untouched =
                channel.eventLoop().schedule((Runnable) this::close, untouchedBound.toNanos(), TimeUnit.NANOSECONDS);
        channel.closeFuture().addListener(_ -> untouched.cancel(false));
    }

    /**
     * What the engine sends, from the first byte after its head on; pulled, ends when the engine ends it or {@link #close()} does. At
     * most one subscriber; one that cancels stops the engine, it does not close.
     */
    public Flux<byte[]> input() {
        return pulled.bytes().doOnSubscribe(_ -> keep());
    }

    /** Sends bytes, which must not change afterwards; completes when the socket has taken them. In the order of subscription. */
    public Mono<Void> write(byte[] data) {
        return Mono.create(sink -> {
            keep();
            ChannelPromise written = post(data);
            // What nobody waits for any more and has not begun is not sent.
            sink.onCancel(() -> written.cancel(false));
            written.addListener(_ -> {
                if (written.isSuccess()) {
                    sink.success();
                } else {
                    sink.error(failures.name(written.cause(), true));
                }
            });
        });
    }

    /** Sends bytes after those before them, whoever waits for it. */
    ChannelPromise post(byte[] data) {
        ChannelPromise written = channel.newPromise();
        // Apart from the write, which can be cancelled before its turn: who comes next waits for those before it, too.
        ChannelPromise turnOver = channel.newPromise();
        ChannelFuture before;
        synchronized (this) {
            if (finishing != null) {
                return written.setFailure(new ClosedChannelException());
            }
            before = lastWrite;
            lastWrite = turnOver;
        }
        // One after the other: never more than one in Netty's own buffer.
        before.addListener(_ -> send(data, written, turnOver));
        return written;
    }

    /** Runs something again and again while the connection lasts. */
    void every(Duration pause, Runnable step) {
        Future<?> steps =
                channel.eventLoop().scheduleAtFixedRate(step, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
        channel.closeFuture().addListener(_ -> steps.cancel(false));
    }

    /** The thread of the connection. */
    EventLoop loop() {
        return channel.eventLoop();
    }

    /** Lets go of the connection after all that was written, at the latest after this time. */
    void closeAfterWrites(Duration bound) {
        pulled.end(null);
        ChannelFuture last;
        synchronized (this) {
            last = lastWrite;
        }
        Future<?> late = channel.eventLoop().schedule((Runnable) this::close, bound.toNanos(), TimeUnit.NANOSECONDS);
        last.addListener(_ -> {
            late.cancel(false);
            close();
        });
    }

    private void send(byte[] data, ChannelPromise written, ChannelPromise turnOver) {
        written.addListener(_ -> turnOver.trySuccess());
        var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(data), written);
    }

    /** Ends what is sent, after all that was written; what comes goes on. Twice does nothing. */
    public Mono<Void> finish() {
        return Mono.create(sink -> {
            keep();
            ChannelPromise finished;
            synchronized (this) {
                if (finishing == null) {
                    ChannelPromise ending = channel.newPromise();
                    finishing = ending;
                    // The socket drops what was not flushed.
                    lastWrite.addListener(_ -> end(ending));
                }
                finished = finishing;
            }
            finished.addListener(_ -> {
                // One that is closed already is finished as well.
                if (finished.isSuccess() || !channel.isActive()) {
                    sink.success();
                } else {
                    sink.error(failures.name(finished.cause(), true));
                }
            });
        });
    }

    private void end(ChannelPromise promise) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls != null) {
            var _ = tls.closeOutbound(promise);
        } else if (channel instanceof DuplexChannel duplex) {
            var _ = duplex.shutdownOutput(promise);
        } else {
            var _ = promise.setFailure(new UnsupportedOperationException("no half-close on " + channel.getClass()));
        }
    }

    /** Lets go of the connection. Twice does nothing. */
    public void close() {
        close(null);
    }

    void close(@Nullable Supplier<? extends Throwable> failure) {
        pulled.end(failure);
        var _ = channel.close();
    }

    /** Tells that it did not get lost, though it may stay untouched for long. */
    public void keep() {
        untouched.cancel(false);
    }
}
