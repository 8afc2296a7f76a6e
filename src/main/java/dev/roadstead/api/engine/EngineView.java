package dev.roadstead.api.engine;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An engine. */
@Schema(name = "Engine", description = "A container engine behind the gateway.")
public record EngineView(
        @Schema(description = "Its name in the gateway's configuration.", example = "local")
        String name,

        @Schema(
                description = "Its family.",
                example = "docker",
                allowableValues = {"docker", "podman", "lxd", "incus", "kleened", "openapi", "simulated"})
        String kind,

        @Schema(description = "The version of its software; null until it has answered.", example = "20.10.24")
        @Nullable
        String version,

        @Schema(description = "The version of its API that the gateway speaks.", example = "1.41") @Nullable
        String apiVersion,

        @Schema(
                description = "Whether it answers; up only after an authenticated call.",
                example = "up",
                allowableValues = {"up", "down", "degraded", "untrusted"})
        String status,

        @Schema(description = "What it can do; empty until it has answered.")
        Map<String, CapabilityView> capabilities,

        @Schema(description = "Where it is, without credentials.", example = "unix:///var/run/docker.sock")
        String endpoint,

        @Schema(description = "How long its last answer took, milliseconds.", example = "1.8") @Nullable
        Double latencyMs,

        @Schema(description = "Why it last failed; null if it did not.", example = "no connection to engine local")
        @Nullable
        String lastError,

        @Schema(description = "When it was last asked.", example = "2026-11-23T09:30:00Z") @Nullable
        Instant observedAt) {

    /** How far an engine offers something. */
    @Schema(name = "Capability", description = "How far an engine offers something.")
    public record CapabilityView(
            @Schema(
                    description = "How far.",
                    example = "native",
                    allowableValues = {"native", "emulated", "unsupported"})
            String support,

            @Schema(description = "Why not natively; null if it does.", example = "this engine has no projects")
            @Nullable
            String reason) {}

    /** Engines. */
    @Schema(name = "EngineList", description = "All engines behind the gateway.")
    public record EngineList(
            @Schema(description = "In the order of the configuration.")
            List<EngineView> engines) {}

    /** A round trip. */
    @Schema(name = "Ping", description = "A round trip to an engine.")
    public record PingView(
            @Schema(description = "The engine.", example = "local")
            String engine,

            @Schema(description = "How long it took, milliseconds.", example = "1.8")
            double latencyMs) {}

    /** The host behind an engine. */
    @Schema(name = "EngineInfo", description = "The host behind an engine; null where the engine does not tell.")
    public record InfoView(
            @Schema(description = "The engine.", example = "local")
            String engine,

            @Schema(description = "The host's name.", example = "build-1") @Nullable
            String hostname,

            @Schema(description = "Its operating system.", example = "Debian GNU/Linux 12") @Nullable
            String os,

            @Schema(description = "Its processor architecture.", example = "x86_64") @Nullable
            String architecture,

            @Schema(description = "Its kernel.", example = "6.1.0-18-amd64") @Nullable
            String kernel,

            @Schema(description = "Processor cores.", example = "8") @Nullable
            Integer cpus,

            @Schema(description = "Memory, bytes.", example = "16777216000") @Nullable
            Long memory,

            @Schema(description = "How images and containers are stored.", example = "overlay2") @Nullable
            String storageDriver,

            @Schema(description = "Containers in all states.", example = "12") @Nullable
            Integer containers,

            @Schema(description = "Running containers.", example = "9") @Nullable
            Integer containersRunning,

            @Schema(description = "Paused containers.", example = "1") @Nullable
            Integer containersPaused,

            @Schema(description = "Stopped containers.", example = "2") @Nullable
            Integer containersStopped,

            @Schema(description = "Images.", example = "31") @Nullable
            Integer images) {}

    /** Disk use. */
    @Schema(name = "DiskUsage", description = "What an engine's objects take on its disk; null where it does not tell.")
    public record DiskUsageView(
            @Schema(description = "The engine.", example = "local")
            String engine,

            @Schema(description = "Images.") @Nullable PartView images,

            @Schema(description = "Containers' writable layers.") @Nullable
            PartView containers,

            @Schema(description = "Volumes.") @Nullable PartView volumes,

            @Schema(description = "The build cache.") @Nullable
            PartView buildCache) {}

    /** Disk use of one kind of object. */
    @Schema(name = "DiskUsagePart", description = "What one kind of object takes.")
    public record PartView(
            @Schema(description = "How many there are.", example = "31")
            int count,

            @Schema(description = "How many are in use.", example = "12")
            int active,

            @Schema(description = "Bytes.", example = "4831838208")
            long size,

            @Schema(description = "Bytes that pruning would free.", example = "1073741824") @Nullable
            Long reclaimable) {}
}
