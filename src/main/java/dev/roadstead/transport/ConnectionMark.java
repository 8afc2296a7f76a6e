package dev.roadstead.transport;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/** What one connection has been through: whether it served before, and whether the engine said anything to the current call. */
final class ConnectionMark extends ChannelInboundHandlerAdapter {
    private volatile boolean used;
    private volatile boolean heard;

    /** Begins a call; tells whether the connection has served one before. */
    boolean begin() {
        boolean before = used;
        used = true;
        heard = false;
        return before;
    }

    /** Whether any byte came since the call began. */
    boolean heard() {
        return heard;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        heard = true;
        context.fireChannelRead(message);
    }
}
