package dev.roadstead.api.container;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What shall be otherwise about a container. */
@Schema(description = "What shall be otherwise about a container; what is not given stays.")
public record UpdateContainerRequest(
        @Schema(description = "Its new name.", example = "web-2") @Nullable
        String name,

        @Schema(description = "Environment variables to set; null removes one.", example = "{\"MODE\":\"test\"}")
        @Nullable
        Map<String, @Nullable String> env,

        @Schema(description = "All its tags from now on.", example = "[\"blue\"]") @Nullable
        List<String> tags,

        @Schema(description = "All its labels from now on.", example = "{\"team\":\"shop\"}") @Nullable
        Map<String, String> labels,

        @Schema(
                description = "Limits to set; null lifts one, one that is not given stays.",
                implementation = CreateContainerRequest.ResourcesBody.class)
        @Nullable
        Map<String, @Nullable JsonNode> resources,

        @Schema(description = "When the engine restarts it by itself.") @Nullable
        RestartPolicyBody restartPolicy,

        @Schema(
                description = "Another image: no engine changes it in place, so this answers 501.",
                example = "busybox:latest")
        @Nullable
        String image,

        @Schema(description = "Other ports: they are not changed in place, so this answers 501.") @Nullable
        List<PortBody> ports) {}
