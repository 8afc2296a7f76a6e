package dev.roadstead.api.nativeaccess;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that no catalog knows. */
@Schema(name = "NativeRequest", description = "A request in an engine's own API that its descriptions lack.")
public record RawRequest(
        @Schema(description = "The method.", example = "GET", requiredMode = Schema.RequiredMode.REQUIRED) @Nullable
        String method,

        @Schema(
                description = "The whole path, percent-encoded, without a query.",
                example = "/v1.41/containers/web/checkpoints",
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        String path,

        @Schema(
                description = "The query by name. A list repeats the name, an object is sent as its JSON.",
                example = "{\"dir\":\"/tmp\"}")
        @Nullable
        Map<String, @Nullable Object> query,

        @Schema(description = "Headers.", example = "{\"Accept\":\"application/json\"}") @Nullable
        Map<String, String> headers,

        @Schema(
                description = "The body: JSON; a text is sent as it is if a Content-Type is given that is not JSON's.",
                example = "{\"CheckpointID\":\"one\"}",
                implementation = Object.class)
        @Nullable
        Object body) {}
