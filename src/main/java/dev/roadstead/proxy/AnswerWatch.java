package dev.roadstead.proxy;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;

/** Stands behind HTTP's codec and tells when the handlers behind have answered a request. */
final class AnswerWatch extends ChannelOutboundHandlerAdapter {
    private final ProxyFront front;

    AnswerWatch(ProxyFront front) {
        this.front = front;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        boolean switched =
                message instanceof HttpResponse answer && answer.status().code() == 101;
        boolean passing = message instanceof HttpResponse informational
                && informational.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        boolean last = message instanceof LastHttpContent;
        var _ = ctx.write(message, promise);
        if (switched) {
            front.answeredBehind(true);
        } else if (last && !passing) {
            front.answeredBehind(false);
        }
    }
}
