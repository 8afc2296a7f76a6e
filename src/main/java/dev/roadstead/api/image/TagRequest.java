package dev.roadstead.api.image;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A further name. */
@Schema(description = "A further name for an image.")
public record TagRequest(
        @Schema(
                description = "The name, with a tag (latest if not given).",
                example = "shop/web:stable",
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        String reference) {}
