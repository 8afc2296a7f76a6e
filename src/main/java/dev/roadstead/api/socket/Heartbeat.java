package dev.roadstead.api.socket;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.epoll.EpollTcpInfo;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Pings a client and notices when it is gone. A client that reads slowly is not gone: no ping waits behind data that it has not taken,
 * and silence counts only while nothing is being sent and we do read. Whether such a client still lives is asked of TCP: bytes that its
 * kernel does not acknowledge are the sign. (TCP_USER_TIMEOUT would also cut off a live client that takes nothing for that long.)
 */
final class Heartbeat {
    private final SocketLink link;
    private final Duration interval;
    private final EpollTcpInfo tcp = new EpollTcpInfo();
    private final AtomicInteger unanswered = new AtomicInteger();
    private @Nullable ScheduledFuture<?> timer;
    private boolean pingUnderway;

    Heartbeat(SocketLink link, Duration interval) {
        this.link = link;
        this.interval = interval;
    }

    /** Begins; called on the channel's event loop, as {@link #stop}. */
    void begin(Channel channel) {
        timer = channel.eventLoop()
                .scheduleAtFixedRate(() -> beat(channel), interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    void stop() {
        if (timer != null) {
            timer.cancel(false);
        }
    }

    /** Something came. */
    void heard() {
        unanswered.set(0);
    }

    /** Something was sent. */
    void wrote() {
        unanswered.set(0);
    }

    private void beat(Channel channel) {
        if (unanswered.get() >= SocketSettings.UNANSWERED_PINGS || isDead(channel)) {
            link.lost();
            return;
        }
        if (!channel.isWritable() || pingUnderway) {
            return;
        }
        if (link.isPaused()) {
            unanswered.set(0);
        } else {
            unanswered.incrementAndGet();
        }
        pingUnderway = true;
        channel.writeAndFlush(new PingWebSocketFrame()).addListener(_ -> pingUnderway = false);
    }

    /** Sent again and again, and not a single acknowledgement. */
    private boolean isDead(Channel channel) {
        if (!(channel instanceof EpollSocketChannel epoll) || !channel.isActive()) {
            return false;
        }
        epoll.tcpInfo(tcp);
        return tcp.unacked() > 0
                && tcp.retransmits() > 0
                && tcp.lastAckRecv() >= interval.toMillis() * SocketSettings.UNANSWERED_PINGS;
    }
}
