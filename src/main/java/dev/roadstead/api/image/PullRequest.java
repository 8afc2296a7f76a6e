package dev.roadstead.api.image;

import dev.roadstead.api.RegistryAuthBody;
import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What to pull. */
@Schema(description = "What to pull.")
public record PullRequest(
        @Schema(
                description = "The image: name, and tag or digest (latest if not given).",
                example = "registry.example.com/shop/web:1.2",
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        String reference,

        @Schema(
                description = "The platform, os[/architecture[/variant]]; the engine's own if not given.",
                example = "linux/amd64")
        @Nullable
        String platform,

        @Schema(description = "Credentials for the image's registry.") @Nullable
        RegistryAuthBody registryAuth) {}
