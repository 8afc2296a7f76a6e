package dev.roadstead.api.volume;

import dev.roadstead.api.WarningView;
import dev.roadstead.engine.Engine;
import dev.roadstead.volume.Volume;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A volume. */
@Schema(name = "Volume", description = "Named storage on an engine that outlives containers.")
public record VolumeView(
        @Schema(description = "Its name.", example = "data") String name,

        @Schema(description = "The engine it is on.", example = "local")
        String engine,

        @Schema(description = "Its driver.", example = "local")
        String driver,

        @Schema(description = "The driver's options it was made with.", example = "{\"type\":\"tmpfs\"}")
        Map<String, String> options,

        @Schema(description = "Its labels.", example = "{\"team\":\"shop\"}")
        Map<String, String> labels,

        @Schema(
                description = "Where the host keeps it; null if not told.",
                example = "/var/lib/docker/volumes/data/_data")
        @Nullable
        String mountpoint,

        @Schema(description = "When it was made; null if not told.", example = "2026-11-23T09:30:00Z") @Nullable
        Instant createdAt,

        @Schema(description = "Whether a container refers to it, running or not.", example = "true") @Nullable
        Boolean inUse) {

    static VolumeView of(Engine engine, Volume volume) {
        return new VolumeView(
                volume.name(),
                engine.name().value(),
                volume.driver(),
                new TreeMap<>(volume.options()),
                new TreeMap<>(volume.labels()),
                volume.mountpoint(),
                volume.createdAt(),
                volume.inUse());
    }

    /** Volumes. */
    @Schema(name = "VolumeList", description = "Volumes.")
    public record VolumeList(
            @Schema(description = "The volumes by name.") List<VolumeView> volumes,

            @Schema(description = "Engines whose volumes are missing here, and why.")
            List<WarningView> warnings) {}

    /** What a volume shall be. */
    @Schema(description = "What a volume shall be.")
    public record CreateVolumeRequest(
            @Schema(description = "Its name; the engine chooses one if not given.", example = "data") @Nullable
            String name,

            @Schema(description = "Its driver; the engine's default if not given.", example = "local") @Nullable
            String driver,

            @Schema(description = "Options for the driver.", example = "{\"type\":\"tmpfs\"}") @Nullable
            Map<String, String> options,

            @Schema(description = "Labels.", example = "{\"team\":\"shop\"}") @Nullable
            Map<String, String> labels) {}
}
