package dev.roadstead.api;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import java.util.Map;
import java.util.function.Function;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Writes an engine's stream as an answer: nothing is sent before the engine has accepted, every piece is sent at once, a slow client
 * slows the engine, and the engine's stream is closed however it ends.
 */
public final class StreamedAnswer {
    private static final byte[] NOTHING = {};

    private final ShutdownSignal shutdown;

    public StreamedAnswer(ShutdownSignal shutdown) {
        this.shutdown = shutdown;
    }

    /**
     * Writes a stream whose form can tell of its own end; it also ends when the gateway shuts down.
     *
     * @param form makes bytes of the items; what it does with a failure of theirs is the client's last news
     */
    public <T> Mono<Void> write(
            ServerWebExchange exchange,
            Mono<EngineStream<T>> open,
            MediaType type,
            Function<Flux<T>, Flux<byte[]>> form) {
        return send(exchange, open, type, items -> form.apply(items.takeUntilOther(shutdown.begun())));
    }

    /** Writes bytes that must be whole: a shutdown waits for them, a failure breaks the connection off. */
    public Mono<Void> transfer(ServerWebExchange exchange, Mono<EngineStream<byte[]>> open, MediaType type) {
        return send(exchange, open, type, Function.identity());
    }

    /** Writes bytes behind a head that is set already; a failure breaks the connection off. */
    public static Mono<Void> relay(ServerHttpResponse response, Flux<byte[]> bytes) {
        DataBufferFactory buffers = response.bufferFactory();
        Flux<DataBuffer> pieces = bytes.onErrorMap(StreamedAnswer::brokenOff).map(buffers::wrap);
        // An empty first piece sends the head: a client shall know that it is connected before there is news.
        // Reactor Netty flushes whenever there is nothing more to write. Groups with a flush behind each
        // (writeAndFlushWith) are joined by Reactor's concat once for every piece, which now and then loses a request
        // that comes from another thread: the answer then stands still for ever (Reactor 3.8.8, once in some million
        // pieces).
        return response.writeWith(Flux.concat(Mono.fromSupplier(() -> buffers.wrap(NOTHING)), pieces));
    }

    private static <T> Mono<Void> send(
            ServerWebExchange exchange,
            Mono<EngineStream<T>> open,
            MediaType type,
            Function<Flux<T>, Flux<byte[]>> form) {
        ServerHttpResponse response = exchange.getResponse();
        return Mono.usingWhen(
                open,
                stream -> {
                    response.setStatusCode(HttpStatus.OK);
                    HttpHeaders headers = response.getHeaders();
                    headers.setContentType(type);
                    headers.setCacheControl("no-store");
                    // Proxies in front must not gather what is meant to arrive now.
                    headers.set("X-Accel-Buffering", "no");
                    return relay(response, form.apply(stream.items()));
                },
                stream -> Mono.fromRunnable(stream::close));
    }

    /**
     * Ends an answer that has begun, so that the client notices. The failure is neither its cause nor in its text: Spring takes every
     * "connection reset" for the client's, and would end the answer as if it were whole.
     */
    private static ProblemException brokenOff(Throwable failure) {
        ProblemException told = failure instanceof EngineException known
                ? new ProblemException(
                        ErrorKind.ENGINE_ERROR, known.code(), "the engine's stream failed: " + known.code(), Map.of())
                : new ProblemException(
                        ErrorKind.INTERNAL_ERROR, "INTERNAL_ERROR", "the gateway's stream failed", Map.of());
        told.addSuppressed(failure);
        return told;
    }
}
