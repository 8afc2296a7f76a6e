package dev.roadstead.proxy;

import dev.roadstead.engine.EngineException;
import dev.roadstead.nativeaccess.NativePath;
import dev.roadstead.nativeaccess.NativeRefusal;
import dev.roadstead.nativeaccess.NativeRules;
import dev.roadstead.transport.ReadSizes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;

/**
 * Stands before HTTP's own handlers on a client's connection and looks at each request's first line: requests for an engine are its
 * business, and no byte of them goes further; those of all others go on untouched, one after the other, so that the next one for an
 * engine is recognised.
 */
final class ProxyFront extends ChannelDuplexHandler {
    private static final int MOST_HELD = 64 * 1024;
    private static final int MOST_READ = 64 * 1024;
    private static final int READS_AT_ONCE = 16;

    /** A client that takes nothing of the last that it is sent is given up after it. */
    private static final long LAST_WRITES_MINUTES = 10;

    private enum State {
        /** The next request is awaited. */
        HEAD,
        /** A request goes to the handlers behind, or they answer it. */
        BEHIND,
        /** Nobody knows yet who asks: nothing is read. */
        ASKING,
        EXCHANGE,
        /** What comes is forgotten until the client has read its answer. */
        LINGERING,
        /** Everything is for the handlers behind, for good. */
        ASIDE
    }

    private final ProxyService service;
    private final ProxyDoor door;
    private final boolean alone;
    private final Admission admission;
    private State state = State.HEAD;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf held;
    private int looked;
    private boolean advancing;
    private boolean firedRead;
    private @Nullable BodyFraming behindBody;
    private int behindHead;
    private boolean behindUpgrade;
    private boolean behindAnswered;
    private boolean clientEnded;
    private boolean readsWithheld;
    private @Nullable Exchange exchange;
    private @Nullable Future<?> headTimer;
    private @Nullable Future<?> closeTimer;
    private @Nullable ProxyEnd lastEnd;
    private long idleMillis;
    private @Nullable Future<?> idleTimer;

    /** @param alone whether nothing stands behind */
    ProxyFront(ProxyService service, ProxyDoor door, boolean alone) {
        this.service = service;
        this.door = door;
        this.alone = alone;
        this.admission = new Admission(service, door, this);
        this.idleMillis = alone ? service.settings().idle().toMillis() : 0;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
        ctx.channel().config().setRecvByteBufAllocator(new ReadSizes(MOST_READ, READS_AT_ONCE));
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("not in a pipeline");
        }
        return known;
    }

    EventLoop loop() {
        return context().channel().eventLoop();
    }

    ByteBufAllocator alloc() {
        return context().alloc();
    }

    // --- what comes

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        ctx.fireChannelActive();
        if (alone) {
            watchIdleness();
            ctx.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (state == State.ASIDE || !(message instanceof ByteBuf bytes)) {
            firedRead = true;
            ctx.fireChannelRead(message);
            return;
        }
        if (state == State.LINGERING) {
            bytes.release();
            return;
        }
        ByteBuf before = held;
        if (before == null) {
            held = bytes;
        } else {
            held = alloc().buffer(before.readableBytes() + bytes.readableBytes())
                    .writeBytes(before)
                    .writeBytes(bytes);
            looked = Math.max(0, looked - before.readerIndex());
            before.release();
            bytes.release();
        }
        proceed();
        if (state == State.BEHIND && isFull()) {
            // Handlers behind may have left it on.
            ctx.channel().config().setAutoRead(false);
            readsWithheld = true;
        }
    }

    /** Goes on with what is held, as far as that goes. */
    void proceed() {
        if (advancing) {
            return;
        }
        advancing = true;
        try {
            boolean more = true;
            while (more && held != null) {
                more = switch (state) {
                    case HEAD -> head(held);
                    case BEHIND -> behind(held);
                    case EXCHANGE -> exchange != null && exchange.feed(held);
                    case ASIDE -> aside(held);
                    case LINGERING -> forgotten(held);
                    case ASKING -> false;
                };
                ByteBuf rest = held;
                if (rest != null && !rest.isReadable()) {
                    rest.release();
                    held = null;
                    looked = 0;
                }
            }
        } finally {
            advancing = false;
        }
        forgetHeld();
    }

    private void forgetHeld() {
        ByteBuf rest = held;
        if (rest != null && state == State.LINGERING) {
            held = null;
            rest.release();
        }
    }

    private boolean aside(ByteBuf all) {
        held = null;
        firedRead = true;
        context().fireChannelRead(all);
        return true;
    }

    private boolean forgotten(ByteBuf all) {
        all.skipBytes(all.readableBytes());
        return true;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        boolean fired = firedRead;
        firedRead = false;
        switch (state) {
            case ASIDE -> ctx.fireChannelReadComplete();
            case BEHIND, HEAD -> {
                if (fired) {
                    ctx.fireChannelReadComplete();
                } else if (!isFull()) {
                    ctx.read();
                }
            }
            case EXCHANGE -> {
                if (exchange != null) {
                    exchange.clientReadComplete();
                }
            }
            case LINGERING -> readMore();
            case ASKING -> {
                // Nothing is read until it is known who asks.
            }
        }
    }

    private boolean isFull() {
        return held != null && held.readableBytes() >= MOST_HELD;
    }

    /** Asks for more of the client, but not behind its end, and not if nobody has use for what is here already. */
    void readMore() {
        if (!clientEnded && (state == State.LINGERING || !isFull())) {
            context().read();
        }
    }

    /** Handlers behind ask for more. */
    @Override
    public void read(ChannelHandlerContext ctx) {
        switch (state) {
            case ASIDE, HEAD -> ctx.read();
            case BEHIND -> {
                if (isFull()) {
                    readsWithheld = true;
                } else {
                    ctx.read();
                }
            }
            // Not theirs.
            default -> takeIdleness();
        }
    }

    // --- a head

    private boolean head(ByteBuf in) {
        int start = in.readerIndex();
        while (in.readableBytes() >= 2 && in.getByte(start) == '\r' && in.getByte(start + 1) == '\n') {
            // An empty line before a request (RFC 9112 section 2.2).
            in.skipBytes(2);
            start = in.readerIndex();
        }
        if (!in.isReadable()) {
            stopWatchingHead();
            return false;
        }
        stopWatchingIdleness();
        int end = HeadLines.end(in, start, Math.max(start, looked));
        if (end == HeadLines.INCOMPLETE) {
            looked = in.writerIndex();
            watchHead();
            return false;
        }
        looked = 0;
        stopWatchingHead();
        if (end < 0) {
            return unreadable(
                    in,
                    end == HeadLines.BARE_FEED
                            ? new ProxyRefusal(ProxyRefusal.Kind.MALFORMED, "a line ends with CR and LF")
                            : new ProxyRefusal(
                                    ProxyRefusal.Kind.TOO_LARGE,
                                    "a head has at most %d bytes".formatted(HeadLines.MOST_BYTES)));
        }
        byte[] bytes = ByteBufUtil.getBytes(in, start, end - start, true);
        RequestHead head;
        ProxyDoor.Destination destination = null;
        try {
            head = RequestHead.line(bytes);
            destination = door.destination(head);
            RequestHead _ = head.whole();
            if (destination == null && door.needsHost()) {
                destination = door.destination(head);
            }
        } catch (MalformedMessage malformed) {
            if (destination == null && !alone) {
                // It is for others to say what is wrong with it; nothing on this connection goes to an engine any more.
                state = State.ASIDE;
                return true;
            }
            refused(new ProxyRefusal(ProxyRefusal.Kind.MALFORMED, String.valueOf(malformed.getMessage())));
            return true;
        }
        if (destination == null) {
            state = State.BEHIND;
            behindHead = end - start;
            behindBody = head.body();
            behindUpgrade = head.isUpgrade();
            behindAnswered = false;
            return true;
        }
        in.readerIndex(end);
        let(head, destination);
        return state != State.ASKING;
    }

    private boolean unreadable(ByteBuf in, ProxyRefusal refusal) {
        int from = in.readerIndex();
        int line = in.indexOf(from, in.writerIndex(), (byte) '\n');
        boolean ours = alone;
        if (!alone && line > from) {
            int last = in.getByte(line - 1) == '\r' ? line - 1 : line;
            byte[] first = new byte[last - from + 4];
            in.getBytes(from, first, 0, last - from);
            first[first.length - 4] = '\r';
            first[first.length - 3] = '\n';
            first[first.length - 2] = '\r';
            first[first.length - 1] = '\n';
            try {
                ours = door.destination(RequestHead.line(first)) != null;
            } catch (MalformedMessage malformed) {
                ours = false;
            }
        }
        if (ours) {
            refused(refusal);
        } else {
            state = State.ASIDE;
        }
        return true;
    }

    private void refused(ProxyRefusal refusal) {
        String id = service.newRequestId();
        int status = refuse(refusal, "/", id, "GET", false, true);
        service.refused(id, null, "-", "-", null, status, lastEnd, System.nanoTime());
        flush();
        linger();
    }

    private void watchHead() {
        if (headTimer == null) {
            headTimer = loop().schedule(
                            (Runnable) this::close,
                            service.settings().headTimeout().toNanos(),
                            TimeUnit.NANOSECONDS);
        }
    }

    /**
     * Takes the server's own handler for idle connections out: it would see nothing of what comes and goes here. The answer to a request
     * of others puts it in its place again.
     */
    private void takeIdleness() {
        if (context().pipeline().get(NettyPipeline.IdleTimeoutHandler) instanceof IdleStateHandler idle) {
            idleMillis = idle.getAllIdleTimeInMillis();
            context().pipeline().remove(idle);
        }
    }

    private void watchIdleness() {
        stopWatchingIdleness();
        if (idleMillis > 0) {
            idleTimer = loop().schedule((Runnable) this::close, idleMillis, TimeUnit.MILLISECONDS);
        }
    }

    private void stopWatchingIdleness() {
        if (idleTimer != null) {
            idleTimer.cancel(false);
            idleTimer = null;
        }
    }

    private void stopWatchingHead() {
        if (headTimer != null) {
            headTimer.cancel(false);
            headTimer = null;
        }
    }

    // --- requests of others

    private boolean behind(ByteBuf in) {
        BodyFraming body = behindBody;
        if (body == null || (behindHead == 0 && body.isDone())) {
            return behindOver();
        }
        int length = behindHead;
        ByteBuf rest = in.slice(in.readerIndex() + length, in.readableBytes() - length);
        try {
            length += body.take(rest);
        } catch (MalformedMessage malformed) {
            state = State.ASIDE;
            return true;
        }
        behindHead = 0;
        firedRead = true;
        if (length == in.readableBytes()) {
            held = null;
            looked = 0;
            context().fireChannelRead(in);
        } else {
            context().fireChannelRead(in.readRetainedSlice(length));
        }
        return true;
    }

    /** The request is over; the next one's turn comes with its answer's end. */
    private boolean behindOver() {
        if (!behindAnswered) {
            return false;
        }
        state = State.HEAD;
        return true;
    }

    /**
     * The handlers behind have answered.
     *
     * @param switched whether the connection has left HTTP
     */
    void answeredBehind(boolean switched) {
        if (state != State.BEHIND) {
            return;
        }
        if (switched && behindUpgrade) {
            // They are still changing their places.
            loop().execute(() -> {
                state = State.ASIDE;
                proceed();
                behindReads();
            });
            return;
        }
        behindAnswered = true;
        loop().execute(() -> {
            BodyFraming body = behindBody;
            if (state == State.BEHIND && behindAnswered && held == null && body != null && body.isDone()) {
                state = State.HEAD;
            } else {
                proceed();
            }
            behindReads();
        });
    }

    private void behindReads() {
        boolean fired = firedRead;
        firedRead = false;
        if (fired) {
            context().fireChannelReadComplete();
        }
        boolean withheld = readsWithheld && !isFull();
        if (withheld) {
            readsWithheld = false;
        }
        switch (state) {
            case HEAD -> context().read();
            case BEHIND, ASIDE -> {
                if (withheld) {
                    context().read();
                }
            }
            case EXCHANGE -> {
                if (exchange != null) {
                    exchange.clientReadComplete();
                }
            }
            case LINGERING -> readMore();
            case ASKING -> {
                // Nothing is read until it is known who asks.
            }
        }
    }

    // --- letting in

    private void let(RequestHead head, ProxyDoor.Destination destination) {
        long begun = System.nanoTime();
        // Its end may come before the answer: the answer is given all the same.
        context().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        // The handlers behind leave it on: everything would be read, whether there is a place for it or not.
        context().channel().config().setAutoRead(false);
        takeIdleness();
        String id = service.requestId(head.requestId());
        // Nothing is read until it is known who asks.
        state = State.ASKING;
        admission.judge(
                head,
                user -> {
                    if (state == State.ASKING) {
                        admitted(head, destination, id, user, begun);
                        answeredLater();
                    }
                },
                refusal -> {
                    if (state == State.ASKING) {
                        turnAway(head, destination, id, null, refusal, begun);
                        answeredLater();
                    }
                });
    }

    /** Goes on after a while in which nothing was read; harmless if it did not take any. */
    private void answeredLater() {
        if (advancing) {
            return;
        }
        proceed();
        if (state == State.EXCHANGE && exchange != null) {
            exchange.clientReadComplete();
        } else if (state == State.HEAD || state == State.LINGERING) {
            flush();
            readMore();
        }
    }

    private void admitted(RequestHead head, ProxyDoor.Destination destination, String id, String user, long begun) {
        ProxiedEngine engine;
        try {
            engine = service.engine(destination.engine());
            allow(engine, head, destination);
            if (!engine.enter()) {
                throw engine.dialer().busy();
            }
        } catch (EngineException | NativeRefusal refusal) {
            turnAway(head, destination, id, user, refusal, begun);
            return;
        }
        Exchange begins = new Exchange(
                this,
                service,
                engine,
                new Exchange.Request(head, id, user, destination.ownAddress(), begun),
                Heads.ofRequest(alloc(), head, destination, engine.dialer().authority()));
        state = State.EXCHANGE;
        exchange = begins;
        service.began(begins);
        if (clientEnded) {
            begins.clientEnded();
        }
        begins.start();
    }

    private static void allow(ProxiedEngine engine, RequestHead head, ProxyDoor.Destination destination) {
        NativeRules rules = engine.rules();
        if (!rules.isUnrestricted()) {
            rules.check(head.method, NativePath.of(Heads.enginePath(head, destination)), head.isUpgrade());
        }
    }

    private void turnAway(
            RequestHead head,
            ProxyDoor.Destination destination,
            String id,
            @Nullable String user,
            Throwable failure,
            long begun) {
        boolean whole = head.body().isDone();
        boolean close = !whole || head.wantsClose();
        int status = refuse(failure, head.path(), id, head.method, !close, close);
        service.refused(id, user, head.method, head.path(), destination.engine(), status, lastEnd, begun);
        if (close) {
            flush();
            linger();
        } else {
            next();
        }
    }

    // --- what goes to the client

    /** Writes the head of an engine's answer. */
    void writeHead(ResponseHead answer, Exchange.Request about, boolean upgrade, boolean close) {
        write(Heads.ofAnswer(alloc(), answer, about, upgrade, close));
    }

    void write(ByteBuf data) {
        ChannelHandlerContext known = context();
        var _ = known.write(data);
        if (!known.channel().isWritable()) {
            known.flush();
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

    /** Whether something that came from the client has not been passed on. */
    boolean holds() {
        return held != null;
    }

    boolean isWritable() {
        return context().channel().isWritable();
    }

    int refuse(Throwable failure, Exchange.Request about, boolean keep) {
        return refuse(
                failure,
                about.head().path(),
                about.id(),
                about.head().method,
                keep,
                !keep || about.head().wantsClose());
    }

    private int refuse(Throwable failure, String path, String id, String method, boolean keep, boolean close) {
        ProxyProblems.Answer answer = service.problems().answer(failure, path, id);
        lastEnd = answer.end();
        write(Heads.ofRefusal(alloc(), answer, id, close || !keep, !method.equals("HEAD")));
        return answer.status();
    }

    @Nullable
    ProxyEnd lastEnd() {
        return lastEnd;
    }

    // --- ends

    /** The exchange is over; the connection lives on. */
    void next() {
        exchange = null;
        flush();
        if (clientEnded) {
            closeAfterWrites();
            return;
        }
        if (service.isDraining()) {
            linger();
            return;
        }
        state = State.HEAD;
        context().channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        watchIdleness();
        if (!advancing) {
            // An engine's answer has ended: nobody else goes on.
            proceed();
            if (state == State.HEAD) {
                context().read();
            } else if (state == State.EXCHANGE && exchange != null) {
                exchange.clientReadComplete();
            }
        }
    }

    /** Closes once the client has read what it was sent: at once would tell it of a reset instead. */
    void linger() {
        exchange = null;
        if (state == State.LINGERING) {
            return;
        }
        state = State.LINGERING;
        if (clientEnded) {
            closeAfterWrites();
            return;
        }
        closeAfter(TimeUnit.MINUTES.toNanos(LAST_WRITES_MINUTES));
        finish(() -> closeAfter(service.settings().linger().toNanos()));
        if (!advancing) {
            forgetHeld();
            readMore();
        }
    }

    private void closeAfter(long nanos) {
        if (closeTimer != null) {
            closeTimer.cancel(false);
        }
        closeTimer = context().channel().isActive()
                ? loop().schedule((Runnable) this::close, nanos, TimeUnit.NANOSECONDS)
                : null;
    }

    /** Tells the client that no more comes, after all that was written. */
    void finish() {
        finish(() -> {});
    }

    private void finish(Runnable then) {
        Channel channel = context().channel();
        var _ = context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> {
            then.run();
            SslHandler tls = channel.pipeline().get(SslHandler.class);
            if (tls != null) {
                var _ = tls.closeOutbound();
            } else if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                var _ = duplex.shutdownOutput();
            }
        });
    }

    void closeAfterWrites() {
        exchange = null;
        state = State.LINGERING;
        closeAfter(TimeUnit.MINUTES.toNanos(LAST_WRITES_MINUTES));
        var _ = context().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> close());
    }

    void close() {
        var _ = context().close();
    }

    /** Breaks the connection so that nobody takes a part for the whole. */
    void reset() {
        exchange = null;
        state = State.LINGERING;
        Channel channel = context().channel();
        if (channel.remoteAddress() instanceof InetSocketAddress) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        }
        // Below TLS, which would end it properly.
        channel.unsafe().close(channel.newPromise());
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        boolean end = event instanceof ChannelInputShutdownEvent
                || (event instanceof SslCloseCompletionEvent closing && closing.isSuccess());
        if (end && (state == State.EXCHANGE || state == State.ASKING || state == State.LINGERING)) {
            if (clientEnded) {
                return;
            }
            clientEnded = true;
            if (state == State.LINGERING) {
                closeAfterWrites();
            } else if (exchange != null) {
                exchange.clientEnded();
            }
        } else if (event != ChannelInputShutdownReadComplete.INSTANCE || state == State.ASIDE) {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (exchange != null && ctx.channel().isWritable()) {
            exchange.clientWritable();
        }
        ctx.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        leave();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        leave();
    }

    private void leave() {
        stopWatchingHead();
        stopWatchingIdleness();
        clientEnded = true;
        Exchange current = exchange;
        exchange = null;
        if (current != null) {
            current.clientGone();
        }
        admission.close();
        if (closeTimer != null) {
            closeTimer.cancel(false);
            closeTimer = null;
        }
        state = State.LINGERING;
        if (!advancing) {
            forgetHeld();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (alone || state == State.EXCHANGE || state == State.ASKING || state == State.LINGERING) {
            service.broken(cause);
            close();
        } else {
            ctx.fireExceptionCaught(cause);
        }
    }
}
