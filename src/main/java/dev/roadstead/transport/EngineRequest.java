package dev.roadstead.transport;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * A call to an engine.
 *
 * @param method of HTTP, upper case
 * @param target path and query, already percent-encoded, beginning with a slash
 * @param timeout instead of the engine's request timeout; null: that one
 */
public record EngineRequest(
        String method,
        String target,
        Map<String, String> headers,
        Body body,
        @Nullable Duration timeout) {
    public EngineRequest {
        if (!target.startsWith("/")) {
            throw new IllegalArgumentException("target: %s (expected: path and query)".formatted(target));
        }
        headers = Map.copyOf(headers);
    }

    /** What is sent. */
    public sealed interface Body {
        /** Nothing. */
        record None() implements Body {}

        /** Bytes with their {@code Content-Length}. */
        @SuppressWarnings("ArrayRecordComponent") // sent, never compared
        record Bytes(String contentType, byte[] data) implements Body {}

        /** A chunked upload, pulled as fast as the engine reads. */
        record Streamed(String contentType, Publisher<byte[]> data) implements Body {}
    }

    /** A call without a body. */
    public static EngineRequest of(String method, String target) {
        return new EngineRequest(method, target, Map.of(), new Body.None(), null);
    }

    public static EngineRequest get(String target) {
        return of("GET", target);
    }

    public static EngineRequest head(String target) {
        return of("HEAD", target);
    }

    public static EngineRequest post(String target) {
        return of("POST", target);
    }

    public static EngineRequest delete(String target) {
        return of("DELETE", target);
    }

    /** The same with a JSON body. */
    public EngineRequest json(byte[] data) {
        return new EngineRequest(method, target, headers, new Body.Bytes("application/json", data), timeout);
    }

    /** The same with a streamed body. */
    public EngineRequest upload(String contentType, Publisher<byte[]> data) {
        return new EngineRequest(method, target, headers, new Body.Streamed(contentType, data), timeout);
    }

    /** The same with one more header. */
    public EngineRequest header(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new EngineRequest(method, target, more, body, timeout);
    }

    /** The same with another bound. */
    public EngineRequest within(Duration bound) {
        return new EngineRequest(method, target, headers, body, bound);
    }

    /** Whether sending it twice does no more than sending it once (RFC 9110 section 9.2.2), and its body can be sent again. */
    public boolean isRepeatable() {
        return !(body instanceof Body.Streamed)
                && (method.equals("GET") || method.equals("HEAD") || method.equals("PUT") || method.equals("DELETE"));
    }
}
