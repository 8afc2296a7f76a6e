package dev.roadstead.api.health;

import dev.roadstead.api.health.HealthView.EngineStatus;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.fleet.EngineMonitor;
import dev.roadstead.fleet.Observation;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.info.BuildProperties;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Health for whoever asks, without credentials and without bothering an engine. */
@RestController
@Tag(name = "Health", description = "Whether the gateway serves, and what it last saw of the engines")
class HealthController {
    private final EngineRegistry registry;
    private final EngineMonitor monitor;
    private final String version;

    HealthController(EngineRegistry registry, EngineMonitor monitor, BuildProperties build) {
        this.registry = registry;
        this.monitor = monitor;
        this.version = String.valueOf(build.getVersion());
    }

    @GetMapping(
            path = {"/healthz", "/v1/healthz"},
            produces = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            summary = "Health",
            description = "Answers 200 as long as the gateway serves, whatever the engines do. Needs no credentials.")
    @ApiResponse(responseCode = "200", description = "The gateway serves")
    @SecurityRequirements
    HealthView health() {
        Map<String, EngineStatus> engines = new LinkedHashMap<>();
        boolean degraded = false;
        for (Engine engine : registry.all()) {
            Observation seen = monitor.last(engine.name());
            engines.put(
                    engine.name().value(),
                    new EngineStatus(seen == null ? null : seen.status().word()));
            degraded |= seen != null && seen.status() != Observation.Status.UP;
        }
        return new HealthView(degraded ? "degraded" : "ok", version, version, engines);
    }
}
