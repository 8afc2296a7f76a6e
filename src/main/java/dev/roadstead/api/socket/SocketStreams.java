package dev.roadstead.api.socket;

import dev.roadstead.engine.EngineStream;
import java.util.Map;
import java.util.function.Function;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tells streams over sockets: a frame for each item, {@code end} after the last. What fails before the stream is there is answered as
 * plain HTTP; the stream is closed however the socket ends.
 */
public final class SocketStreams {
    private static final ServerFrame END = new ServerFrame.Item("end", Map.of());

    private final Sockets sockets;

    public SocketStreams(Sockets sockets) {
        this.sockets = sockets;
    }

    /**
     * Tells one.
     *
     * @param kind of the socket, for the metrics
     * @param open gives the stream; not asked if the request is no handshake
     * @param frames of the stream's items, pulled as the client reads them
     */
    public <T> Mono<Void> tell(
            ServerWebExchange exchange,
            String kind,
            Mono<EngineStream<T>> open,
            Function<Flux<T>, Flux<? extends ServerFrame>> frames) {
        return sockets.open(
                exchange,
                kind,
                open,
                stream -> socket -> Mono.usingWhen(
                        Mono.just(stream),
                        told -> socket.tell(Flux.concat(frames.apply(told.items()), Mono.just(END))),
                        told -> Mono.fromRunnable(told::close)),
                stream -> Mono.fromRunnable(stream::close));
    }
}
