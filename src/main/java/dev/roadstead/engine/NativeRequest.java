package dev.roadstead.engine;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * A request in an engine's own API.
 *
 * @param method of HTTP, upper case
 * @param target path and query, already percent-encoded, beginning with a slash
 * @param answerWithin for the head of the answer, from the end of the request on; null: the engine's request timeout
 * @param mayBeSilent whether the answer's body may be silent for ever; else at most the engine's idle timeout
 */
public record NativeRequest(
        String method,
        String target,
        Map<String, String> headers,
        Body body,
        @Nullable Duration answerWithin,
        boolean mayBeSilent) {
    public NativeRequest {
        headers = Map.copyOf(headers);
    }

    /** What is sent. */
    public sealed interface Body {
        /** Nothing. */
        record None() implements Body {}

        /** Bytes of known length. */
        @SuppressWarnings("ArrayRecordComponent") // sent, never compared
        record Bytes(String contentType, byte[] data) implements Body {}

        /** Bytes that are pulled as fast as the engine reads; they can be sent once only. */
        record Streamed(String contentType, Publisher<byte[]> data) implements Body {}
    }
}
