package dev.roadstead.api.container;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A restart policy in requests and answers. */
@Schema(name = "RestartPolicy", description = "When an engine restarts a container by itself.")
public record RestartPolicyBody(
        @Schema(
                description = "The policy.",
                example = "on-failure",
                allowableValues = {"no", "always", "unless-stopped", "on-failure"})
        @Nullable
        String name,

        @Schema(description = "How often at most; only with on-failure, 0: without a bound.", example = "3") @Nullable
        Integer maxRetries) {}
