package dev.roadstead.transport;

import reactor.core.publisher.Mono;

/** HTTP to one engine. */
public final class EngineHttpClient {
    /** How long a stream's body may be silent. */
    public enum Silence {
        /** At most the idle timeout: a transfer that makes no progress is broken. */
        BOUNDED,
        /** For ever: there may be nothing to tell (following a log). */
        ALLOWED
    }

    public EngineHttpClient(TransportSettings settings) {}

    /** Sends a call and reads its whole answer, of whatever status, within the request timeout. */
    public Mono<EngineReply> request(EngineRequest request) {
        return Mono.error(new IllegalStateException("not connected"));
    }

    /** Sends a call and reads the head of its answer within the request timeout; the body is pulled afterwards. */
    public Mono<StreamedReply> stream(EngineRequest request, Silence silence) {
        return Mono.error(new IllegalStateException("not connected"));
    }

    /** Reads what is left of a streamed answer, at most a bounded part of it: how an error's text is read. */
    public Mono<EngineReply> collect(StreamedReply reply) {
        return Mono.error(new IllegalStateException("not connected"));
    }

    /** Closes every connection. */
    public Mono<Void> close() {
        return Mono.error(new IllegalStateException("not connected"));
    }
}
