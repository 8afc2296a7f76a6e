package dev.roadstead.api.health;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the gateway is. */
@Schema(name = "Health", description = "How the gateway is, and what it last saw of each engine.")
record HealthView(
        @Schema(
                description = "ok, or degraded if some engine is not up.",
                example = "ok",
                allowableValues = {"ok", "degraded"})
        String status,

        @Schema(description = "The gateway's version.", example = "0.1.0")
        String version,

        @Schema(description = "The same version, for clients that look for it here.", example = "0.1.0")
        String composeVersion,

        @Schema(description = "Each engine by its name.", example = "{\"local\":{\"status\":\"up\"}}")
        Map<String, EngineStatus> engines) {

    /** How one engine is. */
    @Schema(name = "EngineHealth", description = "How one engine is.")
    record EngineStatus(
            @Schema(
                    description = "What was last seen of it; null before the first look has ended.",
                    example = "up",
                    allowableValues = {"up", "down", "degraded", "untrusted"})
            @Nullable
            String status) {}
}
