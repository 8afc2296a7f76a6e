package dev.roadstead.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * What comes on a connection, read from the socket only as fast as somebody asks; what came before is kept. Its state belongs to the
 * event loop.
 */
final class PulledBytes extends ChannelInboundHandlerAdapter {
    private final EventLoop loop;
    private final Failures failures;
    private final Sinks.Many<byte[]> come = Sinks.many().unicast().onBackpressureBuffer();
    private @Nullable ChannelHandlerContext context;
    private long wanted;
    private boolean over;

    PulledBytes(EventLoop loop, Failures failures) {
        this.loop = loop;
        this.failures = failures;
    }

    /** Ends with the connection's other side; at most one subscriber. */
    Flux<byte[]> bytes() {
        return come.asFlux().doOnRequest(this::want).hide();
    }

    /** Ends it from this side; null: there is no failure to tell. */
    void end(@Nullable Supplier<? extends Throwable> failure) {
        inLoop(() -> over(failure));
    }

    private void want(long more) {
        inLoop(() -> {
            wanted = wanted > Long.MAX_VALUE - more ? Long.MAX_VALUE : wanted + more;
            readOn();
        });
    }

    private void inLoop(Runnable step) {
        if (loop.inEventLoop()) {
            step.run();
        } else {
            loop.execute(step);
        }
    }

    private void readOn() {
        ChannelHandlerContext at = context;
        if (wanted > 0 && !over && at != null) {
            at.read();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext at, Object message) {
        try {
            if (!over && message instanceof ByteBuf bytes && bytes.isReadable()) {
                if (wanted != Long.MAX_VALUE) {
                    wanted--;
                }
                come.tryEmitNext(ByteBufUtil.getBytes(bytes));
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext at) {
        readOn();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext at, Object event) {
        if (event instanceof SslCloseCompletionEvent closed && closed.isSuccess()) {
            over(null);
            var _ = at.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext at) {
        // With TLS the end is told; a connection that ends without was cut.
        boolean cut = at.pipeline().get(SslHandler.class) != null;
        over(cut ? () -> failures.name(new ClosedChannelException(), true) : null);
        at.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext at, Throwable failure) {
        over(() -> failures.name(failure, true));
        var _ = at.close();
    }

    private void over(@Nullable Supplier<? extends Throwable> failure) {
        if (over) {
            return;
        }
        over = true;
        if (failure == null) {
            come.tryEmitComplete();
        } else {
            come.tryEmitError(failure.get());
        }
    }
}
