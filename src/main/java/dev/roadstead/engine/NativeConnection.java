package dev.roadstead.engine;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How an engine answers a request in its own API that wants the connection for itself. */
public sealed interface NativeConnection {
    /** It answered as to any other request. */
    record Refused(NativeReply reply) implements NativeConnection {}

    /** The connection is the caller's. Whoever gets one closes it. */
    non-sealed interface Open extends NativeConnection {
        /** What the engine sends, pulled, ending when it ends it; at most one subscriber, whose cancelling does not close the rest. */
        Flux<byte[]> input();

        /** Sends bytes, which must not change afterwards; completes when the way to the engine has room for more. One at a time. */
        Mono<Void> send(byte[] data);

        /** Ends what is sent; what comes goes on. Twice does nothing. A WebSocket has no such end: there it is an empty message. */
        Mono<Void> finish();

        /** Lets go of it. Twice does nothing. */
        void close();
    }
}
