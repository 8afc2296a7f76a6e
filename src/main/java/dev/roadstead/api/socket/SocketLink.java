package dev.roadstead.api.socket;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.FutureMono;

/**
 * One WebSocket connection as messages. It reads no more than a little ahead of who takes the messages, pings, answers pings and
 * closes: an ending is told once, whoever began it. Reactor Netty's own queue is passed by, since that holds up to 32 messages whatever
 * their size, and cuts the connection the moment its close is written, which would lose what the client has not read yet.
 */
final class SocketLink extends ChannelInboundHandlerAdapter {
    private static final Duration HURRY = Duration.ofSeconds(2);
    private static final Duration LONGEST_GOODBYE = Duration.ofSeconds(60);

    private final SocketSettings settings;
    private final Sinks.Many<Message> inbox = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.One<Ending> ending = Sinks.one();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private final AtomicInteger aheadBytes = new AtomicInteger();
    private final AtomicInteger aheadMessages = new AtomicInteger();
    private final Heartbeat heartbeat;
    private volatile boolean paused;

    // Guarded by this.
    private boolean lastWritten;
    private volatile @Nullable Channel channel;

    // All below: on the channel's event loop only.
    private @Nullable ByteBuf fragments;
    private boolean fragmentsAreText;
    private boolean closing;
    private boolean clientClosed;
    private boolean pongUnderway;

    SocketLink(SocketSettings settings) {
        this.settings = settings;
        this.heartbeat = new Heartbeat(this, settings.pingInterval());
    }

    /** What the client sends, pulled; completes when nothing more can come. At most one subscriber. */
    Flux<Message> messages() {
        return inbox.asFlux().doOnNext(this::taken);
    }

    /** How the client went; emits at once if it has. */
    Mono<Ending> ending() {
        return ending.asMono();
    }

    /**
     * Sends messages one behind the other; completes when the connection took the last. Never completes if the client is gone.
     *
     * @param last whether nothing may follow: what others still send is dropped
     */
    Mono<Void> send(List<Message> messages, boolean last) {
        return FutureMono.deferFuture(() -> write(messages, last))
                .doOnSuccess(_ -> heartbeat.wrote())
                .onErrorResume(failed -> {
                    lost();
                    return Mono.never();
                });
    }

    private synchronized ChannelFuture write(List<Message> messages, boolean last) {
        Channel out = channel();
        if (lastWritten) {
            return out.newSucceededFuture();
        }
        lastWritten = last;
        Iterator<Message> rest = messages.iterator();
        Message message = rest.next();
        while (rest.hasNext()) {
            var _ = out.write(frame(message));
            message = rest.next();
        }
        return out.writeAndFlush(frame(message));
    }

    /** Completes when the connection has ended. */
    Mono<Void> closed() {
        return closed.asMono();
    }

    /** Says goodbye, waits a while for the client's, and ends the connection; completes when that has ended. */
    Mono<Void> close(int code, String reason) {
        return Mono.defer(() -> {
            Channel open = channel();
            open.eventLoop().execute(() -> closeNow(open, code, reason));
            return closed.asMono();
        });
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        channel = context.channel();
        if (context.channel().isActive()) {
            heartbeat.begin(context.channel());
        } else {
            over();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof WebSocketFrame frame)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            read(context, frame);
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        paused = true;
        if (closing || hasRoom()) {
            paused = false;
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        over();
        context.fireChannelInactive();
    }

    /** A reset, or what the decoder found and {@link DecoderGuard} has seen to. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof java.io.IOException) {
            var _ = context.close();
        }
    }

    private void over() {
        heartbeat.stop();
        dropFragments();
        tell(Ending.LOST);
        closed.tryEmitEmpty();
    }

    /** Bytes have come, whatever they are. */
    void heard() {
        heartbeat.heard();
    }

    /** Whether the client may have something to say that nobody has read yet. */
    boolean isPaused() {
        return paused;
    }

    /** Nobody is there any more. */
    void lost() {
        tell(Ending.LOST);
        var _ = channel().close();
    }

    /** The client broke the rules of the protocol, or sent too much at once; what it sends from now on is not read. */
    void violated(int code, String reason) {
        tell(new Ending(false, code, reason));
    }

    private void read(ChannelHandlerContext context, WebSocketFrame frame) {
        if (closing && !(frame instanceof CloseWebSocketFrame)) {
            return;
        }
        switch (frame) {
            case PingWebSocketFrame ping -> pong(context, ping);
            case CloseWebSocketFrame close -> {
                clientClosed = true;
                int code = close.statusCode();
                boolean deliberate = code == CloseCode.NORMAL || code == CloseCode.NONE;
                tell(new Ending(deliberate, CloseCode.answer(code), ""));
                if (closing) {
                    var _ = context.close();
                }
            }
            case ContinuationWebSocketFrame more -> gather(more);
            case TextWebSocketFrame text -> begin(text, true);
            case BinaryWebSocketFrame binary -> begin(binary, false);
            default -> {
                // A pong: that something came is all it tells.
            }
        }
    }

    private void begin(WebSocketFrame frame, boolean text) {
        if (frame.isFinalFragment()) {
            deliver(new Message(text, ByteBufUtil.getBytes(frame.content())));
            return;
        }
        fragmentsAreText = text;
        fragments = Unpooled.buffer();
        gather(frame);
    }

    private void gather(WebSocketFrame frame) {
        ByteBuf gathered = fragments;
        if (gathered == null) {
            // The rest of a message that was too large.
            return;
        }
        if (gathered.readableBytes() + frame.content().readableBytes() > settings.largestMessage()) {
            dropFragments();
            violated(CloseCode.TOO_LARGE, "the message is too large");
            return;
        }
        // Copied: a chain of buffers could have any number of empty ones.
        gathered.writeBytes(frame.content());
        if (frame.isFinalFragment()) {
            Message whole = new Message(fragmentsAreText, ByteBufUtil.getBytes(gathered));
            dropFragments();
            deliver(whole);
        }
    }

    private void deliver(Message message) {
        aheadBytes.addAndGet(message.payload().length);
        aheadMessages.incrementAndGet();
        if (inbox.tryEmitNext(message).isFailure()) {
            // Nobody wants to know any more; what still comes is read only to see the end.
            taken(message);
        }
    }

    private void dropFragments() {
        if (fragments != null) {
            fragments.release();
            fragments = null;
        }
    }

    private boolean hasRoom() {
        return aheadBytes.get() < settings.ahead() && aheadMessages.get() < SocketSettings.MESSAGES_AHEAD;
    }

    private void taken(Message message) {
        aheadBytes.addAndGet(-message.payload().length);
        aheadMessages.decrementAndGet();
        if (paused && hasRoom()) {
            Channel open = channel();
            open.eventLoop().execute(() -> resume(open));
        }
    }

    private void resume(Channel open) {
        if (paused && (closing || hasRoom())) {
            paused = false;
            open.read();
        }
    }

    private void pong(ChannelHandlerContext context, PingWebSocketFrame ping) {
        // One at a time: a client that pings without reading must not fill our memory (RFC 6455, 5.5.3, allows to leave
        // out).
        if (!pongUnderway) {
            pongUnderway = true;
            context.writeAndFlush(new PongWebSocketFrame(Unpooled.copiedBuffer(ping.content())))
                    .addListener(_ -> pongUnderway = false);
        }
    }

    private void closeNow(Channel open, int code, String reason) {
        if (!open.isActive() || code == CloseCode.NONE) {
            var _ = open.close();
            return;
        }
        if (closing) {
            return;
        }
        closing = true;
        // One that does not read takes no goodbye either.
        closeLater(open, LONGEST_GOODBYE);
        tell(Ending.LOST);
        resume(open);
        CloseWebSocketFrame frame = new OwnClose(code, reason);
        if (code == CloseCode.GOING_AWAY) {
            // Even one that does not read must not hold up the gateway's end.
            closeLater(open, HURRY);
        }
        ChannelFuture written = open.writeAndFlush(frame);
        if (clientClosed) {
            written.addListener(ChannelFutureListener.CLOSE);
        } else {
            // Whoever closes with bytes unread resets the connection, and the client may lose what it has not read yet.
            written.addListener(_ -> closeLater(open, settings.farewell()));
        }
    }

    private static void closeLater(Channel open, Duration delay) {
        var _ = open.eventLoop()
                .schedule(
                        () -> {
                            var _ = open.close();
                        },
                        delay.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private void tell(Ending how) {
        ending.tryEmitValue(how);
        inbox.tryEmitComplete();
    }

    private Channel channel() {
        Channel known = channel;
        if (known == null) {
            throw new IllegalStateException("not connected yet");
        }
        return known;
    }

    private static WebSocketFrame frame(Message message) {
        ByteBuf payload = Unpooled.wrappedBuffer(message.payload());
        return message.text() ? new TextWebSocketFrame(payload) : new BinaryWebSocketFrame(payload);
    }

    /** Our own goodbye, as {@link DecoderGuard} knows it from the decoder's. */
    static final class OwnClose extends CloseWebSocketFrame {
        OwnClose(int code, String reason) {
            super(code, reason);
        }
    }
}
