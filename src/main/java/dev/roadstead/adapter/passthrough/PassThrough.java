package dev.roadstead.adapter.passthrough;

import dev.roadstead.engine.NativeAccess;
import dev.roadstead.engine.NativeApi;
import dev.roadstead.engine.NativeConnection;
import dev.roadstead.engine.NativeReply;
import dev.roadstead.engine.NativeRequest;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.Hijack;
import dev.roadstead.transport.HijackedStream;
import dev.roadstead.transport.StreamedReply;
import dev.roadstead.transport.WebSocketAnswer;
import dev.roadstead.transport.WebSocketStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An engine's own API over the connections that its adapter uses anyway. */
public final class PassThrough implements NativeAccess {
    private final EngineHttpClient http;
    private final Mono<NativeApi> api;

    /** @param api asked for at every call: it may change */
    public PassThrough(EngineHttpClient http, Mono<NativeApi> api) {
        this.http = http;
        this.api = api;
    }

    @Override
    public Mono<NativeApi> api() {
        return api;
    }

    @Override
    public Mono<NativeReply> call(NativeRequest request) {
        return http.stream(sent(request), request.mayBeSilent() ? Silence.ALLOWED : Silence.BOUNDED)
                .doOnDiscard(StreamedReply.class, StreamedReply::close)
                .map(reply -> new NativeReply(reply.status(), reply.headers(), reply.body(), reply::close));
    }

    @Override
    public Mono<NativeConnection> connect(NativeRequest request, boolean webSocket) {
        return webSocket
                ? http.webSocket(sent(request)).map(answer -> switch (answer) {
                    case WebSocketAnswer.Open open -> new Messages(open.stream());
                    case WebSocketAnswer.Refused refused -> refused(refused.reply());
                })
                : http.hijack(sent(request)).map(answer -> switch (answer) {
                    case Hijack.Granted granted -> new Bytes(granted.stream());
                    case Hijack.Refused refused -> refused(refused.reply());
                });
    }

    private static NativeConnection refused(EngineReply reply) {
        return new NativeConnection.Refused(
                new NativeReply(reply.status(), reply.headers(), Flux.just(reply.body()), () -> {}));
    }

    private static EngineRequest sent(NativeRequest request) {
        EngineRequest.Body body = switch (request.body()) {
            case NativeRequest.Body.None _ -> new EngineRequest.Body.None();
            case NativeRequest.Body.Bytes bytes -> new EngineRequest.Body.Bytes(bytes.contentType(), bytes.data());
            case NativeRequest.Body.Streamed streamed ->
                new EngineRequest.Body.Streamed(streamed.contentType(), streamed.data());
        };
        return new EngineRequest(request.method(), request.target(), request.headers(), body, request.answerWithin());
    }

    /** A connection that has left HTTP behind. */
    private record Bytes(HijackedStream stream) implements NativeConnection.Open {
        @Override
        public Flux<byte[]> input() {
            return stream.input();
        }

        @Override
        public Mono<Void> send(byte[] data) {
            return stream.write(data);
        }

        @Override
        public Mono<Void> finish() {
            return stream.finish();
        }

        @Override
        public void close() {
            stream.close();
        }
    }

    /** A WebSocket: its messages' bytes as they come, and a binary message for each piece that is sent. */
    private record Messages(WebSocketStream stream) implements NativeConnection.Open {
        @Override
        public Flux<byte[]> input() {
            return stream.input().map(WebSocketStream.Piece::data);
        }

        @Override
        public Mono<Void> send(byte[] data) {
            return stream.binary(data);
        }

        @Override
        public Mono<Void> finish() {
            return stream.binary(new byte[0]);
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
