package dev.roadstead.api.socket;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Stands before the decoder of frames. The decoder refuses a frame that is too large before it has read it, says so to the client by
 * itself and cuts the connection; here its farewell becomes ours, so that the client gets an error first and time to read it. What
 * comes from then on is thrown away.
 */
final class DecoderGuard extends ChannelDuplexHandler {
    private final SocketLink link;
    private boolean broken;

    DecoderGuard(SocketLink link) {
        this.link = link;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        link.heard();
        if (broken) {
            ReferenceCountUtil.release(message);
        } else {
            context.fireChannelRead(message);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof CloseWebSocketFrame close && !(close instanceof SocketLink.OwnClose)) {
            int code = close.statusCode();
            String reason = close.reasonText();
            ReferenceCountUtil.release(close);
            broken = true;
            // The promise stays open: the decoder would cut the connection when it is kept.
            link.violated(code, reason);
            return;
        }
        var _ = context.write(message, promise);
    }
}
