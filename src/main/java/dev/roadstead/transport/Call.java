package dev.roadstead.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.Connection;
import reactor.netty.NettyOutbound;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientResponse;

/** One call to the engine, from its request to the answer handed over; knows its connection, and gives that up when abandoned. */
final class Call {
    private enum Stage {
        OPEN,
        HANDED_OVER,
        ABANDONED
    }

    private final EngineRequest request;
    private final EngineHttpClient.Silence silence;
    private final TransportSettings settings;
    private final Failures failures;
    private final List<Gate.Pass> passes;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.OPEN);
    private final Sinks.Empty<Void> uploadEnded = Sinks.empty();
    private final Sinks.Empty<Void> uploadStalled = Sinks.empty();
    private final Sinks.Empty<Void> uploadWritten = Sinks.empty();
    private volatile @Nullable Connection connection;
    private volatile @Nullable Runnable giveUp;
    private volatile @Nullable Answer answer;
    private volatile @Nullable ConnectionMark mark;
    private volatile boolean reused;

    /** @param passes of the gates before the connections, in the order they are entered */
    Call(
            EngineRequest request,
            EngineHttpClient.Silence silence,
            TransportSettings settings,
            Failures failures,
            List<Gate.Pass> passes) {
        this.request = request;
        this.silence = silence;
        this.settings = settings;
        this.failures = failures;
        this.passes = passes;
    }

    /** Waits for its turn, at most as long as for a connection. */
    Mono<Void> enter() {
        return Flux.fromIterable(passes)
                .concatMap(Gate.Pass::enter)
                .then()
                .timeout(settings.connectTimeout(), Mono.error(failures::busy));
    }

    /** Sends the request; emits the head of the answer. */
    Mono<StreamedReply> send(HttpClient http) {
        return Mono.defer(() -> {
            connection = null;
            giveUp = null;
            mark = null;
            return http.headers(this::fill)
                    .request(HttpMethod.valueOf(request.method()))
                    .uri(request.target())
                    .send((_, outbound) -> write(outbound))
                    .responseConnection((response, answered) -> Mono.just(receive(response, answered)))
                    .single();
        });
    }

    /**
     * Whether the failure says nothing but that the engine had closed a connection that was waiting in the pool, and the request may be
     * sent once more.
     */
    boolean mayRepeat(Throwable failure) {
        ConnectionMark seen = mark;
        return request.isRepeatable()
                && reused
                && seen != null
                && !seen.heard()
                && stage.get() == Stage.OPEN
                && Failures.isBroken(failure);
    }

    /** Signals when the answer is late. */
    Mono<?> deadline() {
        Duration bound = request.timeout() == null ? settings.requestTimeout() : request.timeout();
        if (!(request.body() instanceof EngineRequest.Body.Streamed)) {
            return Mono.delay(bound);
        }
        // The bound begins where the upload ends; the last of it, already pulled, must make progress as well.
        return Mono.firstWithSignal(
                uploadWritten.asMono().then(Mono.delay(bound)),
                uploadEnded.asMono().then(Mono.delay(settings.idleTimeout().plus(bound))),
                uploadStalled.asMono());
    }

    /** From here on somebody else closes the answer. */
    void handOver() {
        Answer received = answer;
        if (stage.compareAndSet(Stage.OPEN, Stage.HANDED_OVER) && received != null) {
            received.expectReader(settings.idleTimeout());
        }
    }

    /** Closes the connection and leaves, unless the answer is handed over: then both are done at its end. */
    void abandon() {
        if (stage.compareAndSet(Stage.OPEN, Stage.ABANDONED)) {
            Runnable closing = giveUp;
            if (closing != null) {
                closing.run();
            }
            leave();
        }
    }

    private void leave() {
        passes.reversed().forEach(Gate.Pass::leave);
    }

    Throwable named(Throwable failure) {
        return failures.name(failure, connection != null);
    }

    private void fill(HttpHeaders headers) {
        request.headers().forEach(headers::set);
        String contentType = switch (request.body()) {
            case EngineRequest.Body.None _ -> null;
            case EngineRequest.Body.Bytes bytes -> bytes.contentType();
            case EngineRequest.Body.Streamed streamed -> streamed.contentType();
        };
        if (contentType != null) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, contentType);
        }
    }

    private Publisher<Void> write(NettyOutbound outbound) {
        outbound.withConnection(this::connected);
        if (stage.get() == Stage.ABANDONED) {
            // It was abandoned while it connected: nothing of a call that nobody wants any more reaches the engine.
            Runnable closing = giveUp;
            if (closing != null) {
                closing.run();
            }
            return Mono.never();
        }
        return switch (request.body()) {
            case EngineRequest.Body.None _ -> Mono.empty();
            case EngineRequest.Body.Bytes bytes ->
                answeredAnyway(outbound.send(Mono.fromSupplier(() -> Unpooled.wrappedBuffer(bytes.data())))
                        .then());
            case EngineRequest.Body.Streamed streamed ->
                answeredAnyway(outbound.send(pulled(streamed.data())).then())
                        .doOnSuccess(_ -> uploadWritten.tryEmitEmpty());
        };
    }

    private Flux<ByteBuf> pulled(Publisher<byte[]> data) {
        return Flux.from(data)
                .onErrorMap(UploadFailure::new)
                .timeout(settings.idleTimeout(), Flux.error(this::stalled))
                .doOnComplete(uploadEnded::tryEmitEmpty)
                .filter(bytes -> bytes.length > 0)
                .map(Unpooled::wrappedBuffer);
    }

    private Throwable stalled() {
        Throwable late = failures.late("the upload makes no progress", null);
        // Reactor Netty reports a source's failure only after the writes before it, and those may be what stands still.
        uploadStalled.tryEmitError(late);
        return late;
    }

    /** An engine that refuses an upload answers and stops reading: its answer counts, not the write that failed. */
    private Mono<Void> answeredAnyway(Mono<Void> sending) {
        return sending.onErrorResume(failure -> {
            Connection current = connection;
            boolean answerMayCome = Failures.isBroken(failure)
                    && current != null
                    && current.channel().isActive();
            return answerMayCome ? Mono.never() : Mono.error(failure);
        });
    }

    private void connected(Connection current) {
        EventLoop loop = current.channel().eventLoop();
        connection = current;
        giveUp = () -> Answer.giveUp(current, loop);
        ConnectionMark found = current.channel().pipeline().get(ConnectionMark.class);
        reused = found.begin();
        mark = found;
    }

    private StreamedReply receive(HttpClientResponse response, Connection answered) {
        if (stage.get() == Stage.ABANDONED) {
            Answer.giveUp(answered, answered.channel().eventLoop());
        }
        Duration silent = silence == EngineHttpClient.Silence.BOUNDED ? settings.idleTimeout() : null;
        Answer received = new Answer(response, answered, silent, failures, this::leave);
        answer = received;
        return received.reply();
    }
}
