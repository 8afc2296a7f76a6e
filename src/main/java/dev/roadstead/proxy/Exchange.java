package dev.roadstead.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer: bytes both ways, each way as fast as the other side takes them, from the head on only counted to know
 * where the messages end. All on the thread of the client's connection.
 */
final class Exchange {
    private static final long HALF_OPEN_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long DISCARDING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private enum Stage {
        CONNECTING,
        ASKED,
        ANSWERING,
        /** The answer is whole, the request is not. */
        ANSWERED,
        TUNNEL,
        OVER
    }

    private final ProxyFront front;
    private final ProxyService service;
    private final ProxiedEngine engine;
    private final RequestHead request;
    private final Request about;
    private final boolean repeatable;
    private final BodyFraming sending;
    private @Nullable ByteBuf head;
    private @Nullable UpstreamLink link;
    private Stage stage = Stage.CONNECTING;
    private boolean reused;
    private boolean heard;
    private boolean clientEnded;
    private boolean closing;
    private boolean transfer;
    private boolean reusable;
    private boolean excess;
    private @Nullable BodyFraming answering;
    private @Nullable Splice down;
    private @Nullable Splice up;
    private @Nullable ByteBuf held;
    private int looked;
    private int status;
    private long sent;
    private long received;
    private long spliced;
    private long quietSince;
    private volatile long progressAt = System.nanoTime();

    /**
     * @param head what is sent to the engine; taken over
     */
    Exchange(ProxyFront front, ProxyService service, ProxiedEngine engine, Request about, ByteBuf head) {
        this.front = front;
        this.service = service;
        this.engine = engine;
        this.about = about;
        this.request = about.head();
        this.head = head;
        this.repeatable = request.isRepeatable();
        this.sending = request.body();
    }

    /**
     * A request that was let in.
     *
     * @param ownAddress whether the engine has an address of its own here
     */
    record Request(RequestHead head, String id, String user, boolean ownAddress, long begunAt) {}

    Request about() {
        return about;
    }

    ProxiedEngine engine() {
        return engine;
    }

    EventLoop loop() {
        return front.loop();
    }

    void start() {
        UpstreamLink idle = engine.idle(loop(), repeatable);
        while (idle != null && !idle.take(this)) {
            idle.close();
            idle = engine.idle(loop(), repeatable);
        }
        if (idle == null) {
            dial();
        } else {
            reused = true;
            ask(idle);
        }
    }

    private void dial() {
        stage = Stage.CONNECTING;
        reused = false;
        var _ = engine.dial(loop(), this::dialled);
    }

    private void dialled(UpstreamLink fresh, @Nullable Throwable failure) {
        if (stage == Stage.OVER) {
            fresh.close();
        } else if (failure != null) {
            fail(engine.dialer().unreachable(failure));
        } else if (fresh.take(this)) {
            ask(fresh);
            // What was read meanwhile.
            front.proceed();
            // Nobody's read ends here: what is flushed is flushed now.
            clientReadComplete();
        } else {
            fresh.close();
            fail(engine.dialer().brokeOff(null));
        }
    }

    private void ask(UpstreamLink to) {
        link = to;
        stage = Stage.ASKED;
        progressAt = System.nanoTime();
        if (sending.knownLeft() >= Splice.LEAST_BYTES) {
            up = Splice.of(front.channel(), to.channel(), to::write, new Upload(to));
        }
        ByteBuf message = head;
        if (message == null) {
            throw new IllegalStateException("sent already");
        }
        if (repeatable && reused) {
            to.write(message.retainedDuplicate());
        } else {
            head = null;
            to.write(message);
        }
        to.read();
    }

    // --- from the client

    /** Takes what belongs to this request; false: nothing now. */
    boolean feed(ByteBuf in) {
        UpstreamLink to = link;
        if (to == null || stage == Stage.CONNECTING || stage == Stage.OVER) {
            return false;
        }
        if (stage == Stage.TUNNEL) {
            pass(to, in, in.readableBytes());
            return true;
        }
        if (sending.isDone()) {
            return false;
        }
        int taken;
        try {
            taken = sending.take(in);
        } catch (MalformedMessage malformed) {
            fail(new ProxyRefusal(ProxyRefusal.Kind.MALFORMED, String.valueOf(malformed.getMessage())));
            return false;
        }
        pass(to, in, taken);
        if (sending.isDone()) {
            sent();
        }
        return true;
    }

    /** The request is whole. */
    private void sent() {
        close(up);
        up = null;
        if (stage == Stage.ANSWERED) {
            end();
        }
    }

    private void pass(UpstreamLink to, ByteBuf in, int length) {
        progressAt = System.nanoTime();
        sent += length;
        if (to.isBroken()) {
            in.skipBytes(length);
            return;
        }
        to.write(in.readRetainedSlice(length));
        if (!to.isWritable()) {
            to.flush();
        }
    }

    /** The client's bytes of this turn are all here. */
    void clientReadComplete() {
        UpstreamLink to = link;
        if (to != null && stage != Stage.OVER) {
            to.flush();
            if (clientEnded && !to.isFinished()) {
                // It ended before there was a connection: only now all that it said has been passed on.
                clientEnded();
            }
        }
        wantClient();
    }

    private void wantClient() {
        UpstreamLink to = link;
        if (to == null || stage == Stage.OVER || stage == Stage.CONNECTING) {
            return;
        }
        Splice direct = up;
        if (direct != null && direct.isUseful() && !front.holds()) {
            direct.go();
        } else if (to.isBroken() || to.isWritable()) {
            // Behind the request's end a little is read, to learn of the client's end.
            front.readMore();
        }
    }

    void engineWritable() {
        progressAt = System.nanoTime();
        wantClient();
    }

    /** The engine reads no more; it may still have something to say. */
    void engineStoppedReading() {
        close(up);
        up = null;
        wantClient();
    }

    /** The client sends no more. */
    void clientEnded() {
        clientEnded = true;
        UpstreamLink to = link;
        if (to == null || stage == Stage.OVER) {
            return;
        }
        if (stage != Stage.TUNNEL && !sending.isDone()) {
            // A part must not be taken for the whole.
            over(ProxyEnd.CLIENT_LEFT);
            front.close();
            return;
        }
        reusable = false;
        to.finish();
        if (stage == Stage.TUNNEL && to.isEnded()) {
            tunnelOver();
        }
    }

    /** The client's connection is gone. */
    void clientGone() {
        over(ProxyEnd.CLIENT_LEFT);
    }

    // --- from the engine

    void answerBytes(ByteBuf in) {
        progressAt = System.nanoTime();
        received += in.readableBytes();
        heard = true;
        if (stage == Stage.ASKED) {
            ByteBuf known = held;
            if (known != null) {
                known.writeBytes(in);
                in.release();
                held = null;
                in = known;
            }
            heads(in);
        } else {
            body(in);
        }
    }

    /** Reads heads until the last one. */
    private void heads(ByteBuf in) {
        while (stage == Stage.ASKED) {
            int start = in.readerIndex();
            int end = HeadLines.end(in, start, Math.max(start, looked));
            if (end == HeadLines.INCOMPLETE) {
                looked = in.writerIndex();
                if (in.readableBytes() == 0) {
                    in.release();
                    looked = 0;
                } else {
                    held = front.alloc().buffer(in.readableBytes() + 1024).writeBytes(in);
                    in.release();
                    looked = ofHeld();
                }
                return;
            }
            if (end < 0) {
                in.release();
                fail(engine.dialer().nonsense("no head of an answer that can be read"));
                return;
            }
            looked = 0;
            byte[] bytes = ByteBufUtil.getBytes(in, start, end - start, true);
            in.readerIndex(end);
            excess = in.isReadable();
            try {
                head(ResponseHead.parse(bytes, about.ownAddress()));
            } catch (MalformedMessage malformed) {
                in.release();
                fail(engine.dialer().nonsense("not HTTP: " + malformed.getMessage()));
                return;
            }
        }
        body(in);
    }

    private int ofHeld() {
        ByteBuf known = held;
        return known == null ? 0 : known.writerIndex();
    }

    private void head(ResponseHead answer) throws MalformedMessage {
        if (answer.isInformational()) {
            front.writeHead(answer, about, false, false);
            return;
        }
        if (answer.status == 101 && !request.isUpgrade()) {
            throw new MalformedMessage("101 without a question");
        }
        releaseHead();
        status = answer.status;
        boolean taken = (answer.status == 101 && request.isUpgrade())
                || (answer.isOldHijack() && sending.isDone() && request.method.equals("POST"));
        if (taken) {
            closing = true;
            front.writeHead(answer, about, answer.status == 101, answer.status != 101);
            stage = Stage.TUNNEL;
            close(up);
            up = null;
            service.tunnelOpened(this);
            // What the client has said already.
            front.proceed();
            UpstreamLink to = link;
            if (to != null) {
                to.flush();
            }
            if (clientEnded) {
                clientEnded();
            } else {
                wantClient();
            }
            return;
        }
        BodyFraming framing = answer.body(request.method);
        answering = framing;
        transfer = answer.isTransfer();
        reusable = answer.keepsConnection() && !framing.isUntilEnd() && !(framing.isDone() && excess);
        // Whoever refuses a body reads no more of it: neither will the gateway.
        boolean gaveUp = !sending.isDone() && (!reusable || answer.status >= 400);
        closing = request.wantsClose() || framing.isUntilEnd() || gaveUp || service.isDraining();
        front.writeHead(answer, about, false, closing);
        stage = Stage.ANSWERING;
        UpstreamLink from = link;
        if (framing.isDone()) {
            answered();
        } else if (from != null && framing.knownLeft() >= Splice.LEAST_BYTES) {
            down = Splice.of(from.channel(), front.channel(), front::write, new Download(from, framing));
        }
    }

    private void body(ByteBuf in) {
        BodyFraming framing = answering;
        if (stage == Stage.TUNNEL) {
            if (in.isReadable()) {
                front.write(in);
            } else {
                in.release();
            }
            return;
        }
        if (stage != Stage.ANSWERING || framing == null) {
            // Behind the end of its answer an engine has nothing to say.
            boolean more = in.isReadable();
            in.release();
            if (more && stage == Stage.ANSWERED) {
                over(null);
                front.linger();
            }
            return;
        }
        int taken;
        try {
            taken = framing.take(in);
        } catch (MalformedMessage malformed) {
            in.release();
            fail(engine.dialer().nonsense(String.valueOf(malformed.getMessage())));
            return;
        }
        if (taken == in.readableBytes()) {
            if (taken > 0) {
                front.write(in);
            } else {
                in.release();
            }
        } else {
            reusable = false;
            if (taken > 0) {
                front.write(in.readRetainedSlice(taken));
            }
            in.release();
        }
        if (framing.isDone()) {
            answered();
        }
    }

    void answerReadComplete() {
        front.flush();
        wantEngine();
    }

    private void wantEngine() {
        UpstreamLink from = link;
        if (from == null || stage == Stage.OVER || !front.isWritable()) {
            return;
        }
        Splice direct = down;
        if (direct != null && direct.isUseful() && stage == Stage.ANSWERING) {
            direct.go();
        } else {
            from.read();
        }
    }

    /** The client has taken some of what it was sent. */
    void clientWritable() {
        progressAt = System.nanoTime();
        wantEngine();
    }

    /** The engine sends no more. */
    void engineEnded(@Nullable Throwable failure) {
        reusable = false;
        UpstreamLink from = link;
        switch (stage) {
            case ASKED -> {
                if (!heard && reused && repeatable) {
                    dropLink();
                    dial();
                } else if (clientEnded) {
                    // An engine that hears of it gives up what nobody seems to wait for: no failure, none is counted.
                    // Who only sends no more still reads why there is no answer.
                    front.refuse(engine.dialer().brokeOff(failure), about, true);
                    over(ProxyEnd.CLIENT_LEFT);
                    front.linger();
                } else {
                    fail(engine.dialer().brokeOff(failure));
                }
            }
            case ANSWERING -> {
                BodyFraming framing = answering;
                if (framing != null && framing.isUntilEnd() && failure == null) {
                    answered();
                    front.flush();
                } else {
                    over(ProxyEnd.ENGINE_BROKE_OFF);
                    front.reset();
                }
            }
            case ANSWERED -> {
                over(null);
                front.linger();
            }
            case TUNNEL -> {
                if (failure != null) {
                    over(ProxyEnd.ENGINE_BROKE_OFF);
                    front.reset();
                    return;
                }
                if (clientEnded) {
                    tunnelOver();
                    return;
                }
                front.finish();
                quietSince = System.nanoTime();
                watchHalf();
                if (from != null) {
                    wantClient();
                }
            }
            default -> {
                // Over already.
            }
        }
    }

    /** Only the client speaks: as long as it does, and the engine listens. */
    private void watchHalf() {
        UpstreamLink to = link;
        if (stage != Stage.TUNNEL || to == null) {
            return;
        }
        long bound = to.isBroken() ? DISCARDING_NANOS : HALF_OPEN_NANOS;
        long now = System.nanoTime();
        boolean spoken = !to.isBroken() && progressAt - quietSince > 0;
        if (!spoken && now - quietSince >= bound) {
            tunnelOver();
            return;
        }
        if (spoken) {
            quietSince = progressAt;
        }
        var _ = loop().schedule(this::watchHalf, DISCARDING_NANOS, TimeUnit.NANOSECONDS);
    }

    private void tunnelOver() {
        UpstreamLink used = link;
        link = null;
        if (used != null) {
            used.closeAfterWrites();
        }
        over(null);
        front.closeAfterWrites();
    }

    private void answered() {
        close(down);
        down = null;
        if (sending.isDone()) {
            end();
        } else if (closing) {
            over(null);
            front.flush();
            front.linger();
        } else {
            stage = Stage.ANSWERED;
        }
    }

    private void end() {
        boolean close = closing || clientEnded;
        UpstreamLink used = link;
        if (reusable && used != null && !used.isEnded() && !used.isFinished() && !used.isBroken()) {
            link = null;
            // An engine that answered early still awaits the end of the request.
            used.flush();
            engine.park(used, loop());
        }
        over(null);
        front.flush();
        if (close) {
            front.linger();
        } else {
            front.next();
        }
    }

    // --- bounds and ends

    /** Looks whether it goes on; called now and then. */
    void check() {
        long quiet = System.nanoTime() - progressAt;
        long idle = engine.dialer().idleTimeout().toNanos();
        UpstreamLink to = link;
        if (stage == Stage.ASKED
                && sending.isDone()
                && quiet > service.settings().answerTimeout().toNanos()) {
            fail(engine.dialer().late("no answer"));
        } else if (stage == Stage.ASKED && !sending.isDone() && to != null && quiet > idle) {
            fail(
                    to.isWritable()
                            ? new ProxyRefusal(ProxyRefusal.Kind.STALLED, "the request's body does not come")
                            : engine.dialer().late("it does not read the request"));
        } else if ((stage == Stage.ANSWERED || (stage == Stage.ANSWERING && transfer)) && quiet > idle) {
            over(ProxyEnd.STALLED);
            front.reset();
        }
    }

    /** Quietest time, for those who look from other threads. */
    long quietNanos() {
        return System.nanoTime() - progressAt;
    }

    /** The gateway stops: what has no end is ended. */
    void shutDown() {
        if (stage != Stage.OVER) {
            over(ProxyEnd.SHUTDOWN);
            front.closeAfterWrites();
        }
    }

    private void fail(Throwable failure) {
        if (stage == Stage.OVER) {
            return;
        }
        if (status == 0) {
            boolean whole = sending.isDone();
            status = front.refuse(failure, about, whole);
            over(front.lastEnd());
            if (whole && !request.wantsClose() && !clientEnded) {
                front.flush();
                front.next();
            } else {
                front.flush();
                front.linger();
            }
        } else {
            over(ProxyEnd.ENGINE_BROKE_OFF);
            front.reset();
        }
    }

    private void over(@Nullable ProxyEnd end) {
        if (stage == Stage.OVER) {
            return;
        }
        boolean tunnel = stage == Stage.TUNNEL;
        stage = Stage.OVER;
        close(up);
        close(down);
        dropLink();
        releaseHead();
        ByteBuf known = held;
        held = null;
        if (known != null) {
            known.release();
        }
        service.ended(this, tunnel, status, new ProxiedEngine.Bytes(sent, received, spliced), end);
    }

    private static void close(@Nullable Splice direct) {
        if (direct != null) {
            direct.close();
        }
    }

    /** A large body of the request. */
    private final class Upload implements Splice.Body {
        private final UpstreamLink to;

        Upload(UpstreamLink to) {
            this.to = to;
        }

        @Override
        public long wanted() {
            return stage != Stage.OVER && stage != Stage.TUNNEL && to.isWritable() ? sending.knownLeft() : 0;
        }

        @Override
        public void moved(int bytes) {
            progressAt = System.nanoTime();
            sent += bytes;
            spliced += bytes;
            sending.passed(bytes);
        }

        @Override
        public void taken() {
            progressAt = System.nanoTime();
        }

        @Override
        public void awaited() {
            front.readMore();
        }
    }

    /** A large body of the answer. */
    private final class Download implements Splice.Body {
        private final UpstreamLink from;
        private final BodyFraming framing;

        Download(UpstreamLink from, BodyFraming framing) {
            this.from = from;
            this.framing = framing;
        }

        @Override
        public long wanted() {
            return stage == Stage.ANSWERING && front.isWritable() ? framing.knownLeft() : 0;
        }

        @Override
        public void moved(int bytes) {
            progressAt = System.nanoTime();
            received += bytes;
            spliced += bytes;
            framing.passed(bytes);
        }

        @Override
        public void taken() {
            progressAt = System.nanoTime();
        }

        @Override
        public void awaited() {
            from.read();
        }
    }

    private void releaseHead() {
        ByteBuf known = head;
        head = null;
        if (known != null) {
            known.release();
        }
    }

    private void dropLink() {
        UpstreamLink known = link;
        link = null;
        if (known != null) {
            known.close();
        }
    }
}
