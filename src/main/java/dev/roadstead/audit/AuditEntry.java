package dev.roadstead.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.annotation.JsonNaming;

/**
 * One request as the audit log tells it. Whoever makes one leaves secrets out.
 *
 * @param timestamp when it came
 * @param requestId as in its answer's {@code X-Request-Id}
 * @param user null: unknown, as of a failed login
 * @param path without its query
 * @param engine the engine that it was about; null: none, or refused before that was looked at
 * @param cuid the container that it was about; null: none, or not found
 * @param action the operation's id in the API document; of native access also the method and path that the engine got
 * @param status null: the client left before there was one
 * @param duration to the end of the answer or of the WebSocket
 * @param error the word of the kind of problem; null: none
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonPropertyOrder({
    "timestamp",
    "request_id",
    "user",
    "method",
    "path",
    "engine",
    "cuid",
    "action",
    "status",
    "duration_ms",
    "error"
})
public record AuditEntry(
        Instant timestamp,
        @Nullable String requestId,
        @Nullable String user,
        String method,
        String path,
        @Nullable String engine,
        @Nullable String cuid,
        @Nullable String action,
        @Nullable Integer status,
        @JsonIgnore Duration duration,
        @Nullable String error) {
    /** As the line tells it. */
    @JsonProperty("duration_ms")
    long durationMs() {
        return duration.toMillis();
    }
}
