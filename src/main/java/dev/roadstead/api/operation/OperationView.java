package dev.roadstead.api.operation;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An operation. */
@Schema(name = "Operation", description = "Work that goes on apart from the request that asked for it.")
public record OperationView(
        @Schema(description = "Its id.", example = "3f0a8c3e-9b7e-4a41-b1d5-0e6f4d3c2b1a")
        String id,

        @Schema(description = "What it does.", example = "image.pull")
        String kind,

        @Schema(
                description = "Where it stands.",
                example = "running",
                allowableValues = {"pending", "running", "succeeded", "failed", "cancelled"})
        String status,

        @Schema(
                description = "How far it is, in facts that depend on the kind.",
                example = "{\"current\":1048576,\"total\":4194304}")
        Map<String, Object> progress,

        @Schema(
                description = "Paths of what it works on, or has made.",
                example = "[\"/v1/engines/local/images/busybox%3Alatest\"]")
        List<String> resources,

        @Schema(description = "When it began.", example = "2026-11-23T09:30:00Z")
        Instant createdAt,

        @Schema(description = "When it last changed.", example = "2026-11-23T09:30:07Z")
        Instant updatedAt,

        @Schema(description = "Why it failed; null unless it did.") @Nullable
        OperationError error) {

    /** Why an operation failed: what a request that failed so would have answered. */
    @Schema(name = "OperationError", description = "Why an operation failed, as a request that failed so would tell.")
    public record OperationError(
            @Schema(description = "The kind of problem as a word to switch on.", example = "engine_error")
            String error,

            @Schema(description = "The exact case as a word to switch on.", example = "REGISTRY_DENIED")
            String code,

            @Schema(description = "What went wrong.", example = "registry.example.com refuses the credentials")
            String message,

            @Schema(description = "The HTTP status of such a failure.", example = "502")
            int status,

            @Schema(description = "Facts for programs.", example = "{\"engine\":\"local\"}")
            Map<String, Object> details) {}
}
