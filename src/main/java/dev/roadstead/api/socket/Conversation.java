package dev.roadstead.api.socket;

import reactor.core.publisher.Mono;

/**
 * What is said over a socket once it is open. Completing closes it with 1000; failing tells the client a fatal error and closes with
 * 1011 (too many sessions: 1013). Cancelled when the client is gone or the gateway stops.
 */
@FunctionalInterface
public interface Conversation {
    /** Lazy; subscribed once. */
    Mono<Void> with(Socket socket);
}
