package dev.roadstead.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelOutputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The connection to an engine: in the hands of one exchange, or waiting for the next. All on one thread. */
final class UpstreamLink extends ChannelInboundHandlerAdapter {
    private static final long CLOSING_SECONDS = 30;

    private final ProxiedEngine engine;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Exchange owner;
    private @Nullable Throwable failure;
    private boolean ended;
    private boolean finished;
    private boolean broken;
    private boolean waiting;
    private long idleSince;

    UpstreamLink(ProxiedEngine engine) {
        this.engine = engine;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("not connected yet");
        }
        return known;
    }

    /** Gives it to an exchange; false: it is of no use any more. */
    boolean take(Exchange exchange) {
        waiting = false;
        owner = exchange;
        return !ended && failure == null && context().channel().isActive();
    }

    /** It waits now: its end is noticed. */
    void parked() {
        owner = null;
        waiting = true;
        idleSince = System.nanoTime();
        context().read();
    }

    long idleSince() {
        return idleSince;
    }

    boolean isEnded() {
        return ended;
    }

    /** Whether what is written goes nowhere. */
    boolean isBroken() {
        return broken;
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    void write(ByteBuf data) {
        if (broken) {
            data.release();
        } else {
            var _ = context().write(data);
        }
    }

    /** Writes what is in a pipe, and flushes. */
    ChannelFuture write(FileRegion data) {
        return context().writeAndFlush(data);
    }

    void flush() {
        context().flush();
    }

    Channel channel() {
        return context().channel();
    }

    /** Asks for more, unless there is no more: a socket whose input is over must not be asked (epoll). */
    void read() {
        if (!ended) {
            context().read();
        }
    }

    /** Ends what is sent, after all that was written. */
    void finish() {
        if (finished || broken) {
            return;
        }
        finished = true;
        Channel channel = context().channel();
        // The socket drops what was not flushed.
        var _ = context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls != null) {
                var _ = tls.closeOutbound();
            } else if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                var _ = duplex.shutdownOutput();
            }
        });
    }

    boolean isFinished() {
        return finished;
    }

    /** Closes it once what was written has gone. */
    void closeAfterWrites() {
        owner = null;
        waiting = false;
        ChannelHandlerContext known = context();
        var late = known.executor().schedule((Runnable) this::close, CLOSING_SECONDS, TimeUnit.SECONDS);
        var _ = known.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            late.cancel(false);
            var _ = known.close();
        });
    }

    void close() {
        owner = null;
        waiting = false;
        ChannelHandlerContext known = context;
        if (known != null) {
            var _ = known.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        Exchange exchange = owner;
        if (exchange != null && message instanceof ByteBuf bytes) {
            exchange.answerBytes(bytes);
            return;
        }
        ReferenceCountUtil.release(message);
        if (waiting) {
            // Nobody asked for anything.
            useless(ctx);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        Exchange exchange = owner;
        if (exchange != null) {
            exchange.answerReadComplete();
        } else if (waiting && !ended) {
            ctx.read();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        Exchange exchange = owner;
        if (exchange != null) {
            exchange.engineWritable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof ChannelInputShutdownEvent
                || (event instanceof SslCloseCompletionEvent closing && closing.isSuccess())) {
            end(ctx);
        } else if (event instanceof ChannelOutputShutdownEvent && !finished) {
            broken = true;
            Exchange exchange = owner;
            if (exchange != null) {
                exchange.engineStoppedReading();
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        broken = true;
        end(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // The end that follows tells what becomes of it; there is none after a failure of TLS.
        if (failure == null) {
            failure = cause;
        }
        if (!(cause instanceof java.io.IOException) || cause instanceof javax.net.ssl.SSLException) {
            end(ctx);
        }
    }

    private void end(ChannelHandlerContext ctx) {
        if (ended) {
            return;
        }
        ended = true;
        Exchange exchange = owner;
        if (exchange != null) {
            exchange.engineEnded(failure);
        } else if (waiting) {
            useless(ctx);
        }
    }

    private void useless(ChannelHandlerContext ctx) {
        waiting = false;
        engine.forget(this, ctx.channel().eventLoop());
        var _ = ctx.close();
    }
}
