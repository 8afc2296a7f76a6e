package dev.roadstead.api.problem;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A failed request, as {@code application/problem+json} (RFC 9457) and in the gateway's own words, in one object. */
@Schema(description = "Why a request failed: the members of RFC 9457 and the gateway's own, in one object.")
public record Problem(
        @Schema(description = "Stable identifier of the kind of problem.", example = "urn:roadstead:error:not_found")
        String type,

        @Schema(description = "The kind of problem in words.", example = "No such thing")
        String title,

        @Schema(description = "The HTTP status.", example = "404")
        int status,

        @Schema(description = "What went wrong this time.", example = "no container web on engine local")
        String detail,

        @Schema(description = "The path that was asked for.", example = "/v1/containers/local:web") @Nullable
        String instance,

        @Schema(description = "The kind of problem as a word to switch on.", example = "not_found")
        String error,

        @Schema(description = "The exact case as a word to switch on.", example = "NO_SUCH_CONTAINER")
        String code,

        @Schema(description = "The same as detail.", example = "no container web on engine local")
        String message,

        @Schema(description = "Names this request in logs.", example = "0f8c6c1e-7c1c-4a57-9a0e-0a9f6b0f1f5e") @Nullable
        String requestId,

        @Schema(description = "When it went wrong.", example = "2026-11-23T09:30:00Z")
        Instant timestamp,

        @Schema(
                description = "Facts for programs: the field, the engine, what it answered.",
                example = "{\"engine\":\"local\",\"native_status\":404}")
        Map<String, Object> details) {}
