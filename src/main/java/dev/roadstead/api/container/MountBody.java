package dev.roadstead.api.container;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A mount in requests and answers. */
@Schema(name = "Mount", description = "Something mounted into a container.")
public record MountBody(
        @Schema(
                description = "What is mounted; other is only ever told by an engine.",
                example = "volume",
                allowableValues = {"bind", "volume", "tmpfs", "other"})
        @Nullable
        String type,

        @Schema(
                description =
                        "The host's folder or the volume's name; null for a tmpfs and for a new anonymous volume.",
                example = "data")
        @Nullable
        String source,

        @Schema(description = "Where it is in the container: an absolute path.", example = "/data") @Nullable
        String target,

        @Schema(description = "Whether the container may only read it; false if not given.", example = "false")
        @Nullable
        Boolean readOnly) {}
