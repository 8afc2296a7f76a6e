package dev.roadstead.engine;

import reactor.core.publisher.Mono;

/** An engine's own API, past all that the gateway knows of it: what the engine answers is the answer, of whatever status. */
@Requires(Capability.NATIVE)
public interface NativeAccess {
    /** Which API it is; asked for now if that is not known. */
    Mono<NativeApi> api();

    /** Sends a request; emits the head of its answer. Whoever gets it closes it. */
    Mono<NativeReply> call(NativeRequest request);

    /**
     * Sends a request that takes the connection over. Whoever gets what it emits closes it.
     *
     * @param webSocket whether the connection becomes a WebSocket (RFC 6455); else bytes in both directions
     */
    Mono<NativeConnection> connect(NativeRequest request, boolean webSocket);
}
