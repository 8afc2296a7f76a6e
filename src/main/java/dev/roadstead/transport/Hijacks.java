package dev.roadstead.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.SignalType;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;

/** Connections that calls have taken over: not of the pool, so that a user's terminals do not starve other calls. */
final class Hijacks {
    private final TransportSettings settings;
    private final Failures failures;
    private final Connector connector;
    private final Gate gate;
    private final Set<HijackedStream> open = ConcurrentHashMap.newKeySet();

    Hijacks(TransportSettings settings, Failures failures, Connector connector) {
        this.settings = settings;
        this.failures = failures;
        this.connector = connector;
        // Nobody waits: these last for as long as users like.
        this.gate = new Gate(settings.maxHijacked(), 0, failures::busy);
    }

    Mono<Hijack> open(EngineRequest request) {
        return Mono.defer(() -> {
            if (!connector.isOpen()) {
                return Mono.error(failures.closed());
            }
            FullHttpRequest message = message(request);
            Gate.Pass pass = gate.pass();
            Duration bound = request.timeout() == null ? settings.requestTimeout() : request.timeout();
            // Whatever becomes of the values on their way: a call that is given up closes the connection it made.
            AtomicReference<@Nullable Channel> made = new AtomicReference<>();
            AtomicBoolean handedOver = new AtomicBoolean();
            return pass.enter()
                    .then(connector
                            .single()
                            .doOnChannelInit((_, channel, _) -> made.set(channel))
                            .connect())
                    .onErrorMap(failure -> failures.name(failure, false))
                    .flatMap(connection -> exchange(message, connection, pass).timeout(bound))
                    .doOnDiscard(Connection.class, Connection::dispose)
                    .doOnDiscard(
                            Hijack.Granted.class, granted -> granted.stream().close())
                    .onErrorMap(failure -> failures.name(failure, true))
                    // From here on it is the caller's.
                    .doOnNext(_ -> handedOver.set(true))
                    .doOnError(_ -> abandon(pass, made.get()))
                    // Once those before have left: the end of the connection is no news to them.
                    .doFinally(signal -> {
                        if (signal == SignalType.CANCEL && !handedOver.get()) {
                            abandon(pass, made.get());
                        }
                    });
        });
    }

    /** Closes all of them. */
    void close() {
        open.forEach(stream -> stream.close(failures::closed));
    }

    private Mono<Hijack> exchange(FullHttpRequest message, Connection connection, Gate.Pass pass) {
        Channel channel = connection.channel();
        return Mono.create(sink -> {
            channel.closeFuture().addListener(_ -> pass.leave());
            sink.onCancel(() -> close(channel));
            if (channel.eventLoop().inEventLoop()) {
                ask(message, channel, sink);
            } else {
                channel.eventLoop().execute(() -> ask(message, channel, sink));
            }
        });
    }

    private void ask(FullHttpRequest message, Channel channel, MonoSink<Hijack> sink) {
        if (channel.pipeline().get(NettyPipeline.ReactiveBridge) == null) {
            // Closed in between: by the engine, or because nobody wants it any more.
            sink.error(failures.name(new ClosedChannelException(), true));
            return;
        }
        HijackAnswer answer = new HijackAnswer(sink, failures, (pulled, headers) -> granted(channel, pulled, headers));
        channel.pipeline()
                .addBefore(NettyPipeline.ReactiveBridge, "hijackEncoder", new HttpRequestEncoder())
                .addBefore(
                        NettyPipeline.ReactiveBridge,
                        "hijackDecoder",
                        new HttpResponseDecoder(new HttpDecoderConfig().setMaxHeaderSize(Connector.MAX_HEADER_BYTES)))
                .addBefore(NettyPipeline.ReactiveBridge, "hijackAnswer", answer);
        channel.writeAndFlush(message).addListener(written -> {
            if (!written.isSuccess()) {
                close(channel);
                sink.error(failures.name(written.cause(), true));
            }
        });
        channel.read();
    }

    private Hijack granted(Channel channel, PulledBytes pulled, HttpHeaders headers) {
        HijackedStream stream = new HijackedStream(channel, pulled, failures, settings.idleTimeout());
        open.add(stream);
        channel.closeFuture().addListener(_ -> open.remove(stream));
        if (!connector.isOpen()) {
            stream.close(failures::closed);
        }
        return new Hijack.Granted(stream, Answer.lowerCased(headers));
    }

    private static void abandon(Gate.Pass pass, @Nullable Channel made) {
        if (made != null) {
            close(made);
        }
        pass.leave();
    }

    private static void close(Channel channel) {
        var _ = channel.close();
    }

    private FullHttpRequest message(EngineRequest request) {
        ByteBuf body = switch (request.body()) {
            case EngineRequest.Body.None _ -> Unpooled.EMPTY_BUFFER;
            case EngineRequest.Body.Bytes bytes -> Unpooled.wrappedBuffer(bytes.data());
            case EngineRequest.Body.Streamed _ ->
                throw new IllegalArgumentException("a call that takes its connection over has a body of known length");
        };
        FullHttpRequest message = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), request.target(), body);
        HttpHeaders headers = message.headers();
        headers.set(HttpHeaderNames.UPGRADE, "tcp");
        request.headers().forEach(headers::set);
        headers.set(HttpHeaderNames.HOST, connector.authority())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
        if (!request.method().equals("GET")) {
            // Without it the end of the body would reach the process as input.
            headers.set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
        }
        if (request.body() instanceof EngineRequest.Body.Bytes bytes) {
            headers.set(HttpHeaderNames.CONTENT_TYPE, bytes.contentType());
        }
        return message;
    }
}
