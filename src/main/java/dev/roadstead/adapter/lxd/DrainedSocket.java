package dev.roadstead.adapter.lxd;

import dev.roadstead.transport.WebSocketStream;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A socket of which only one direction is used. What comes on the other is read and passed over: the daemon's pings would fill it up
 * else, and the daemon gives up whom it cannot ping. Whoever has it closes it.
 */
final class DrainedSocket {
    private final WebSocketStream socket;
    private final Sinks.Empty<Void> over = Sinks.empty();

    DrainedSocket(WebSocketStream socket) {
        this.socket = socket;
        // Ends with the socket. That it broke shows in what is sent, and in the operation.
        var _ = socket.input().subscribe(_ -> {}, _ -> over.tryEmitEmpty(), over::tryEmitEmpty);
    }

    /** Completes when nothing more can come, however that came about. */
    Mono<Void> over() {
        return over.asMono();
    }

    Mono<Void> binary(byte[] data) {
        return socket.binary(data);
    }

    Mono<Void> text(String text) {
        return socket.text(text);
    }

    void close() {
        socket.close();
    }
}
