package dev.roadstead.proxy;

import org.jspecify.annotations.Nullable;

/** Turns failures into answers. */
public interface ProxyProblems {
    /**
     * A whole answer.
     *
     * @param contentType of the body
     * @param retryAfter seconds; null: no such header
     * @param challenge what to authenticate by; null: no such header
     * @param end which problem it is
     */
    @SuppressWarnings("ArrayRecordComponent") // written, never compared
    record Answer(
            int status,
            String reason,
            String contentType,
            byte[] body,
            @Nullable Integer retryAfter,
            @Nullable String challenge,
            ProxyEnd end) {}

    /** The answer to a failure. */
    Answer answer(Throwable failure, String path, String requestId);
}
