package dev.roadstead.api.container;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a container is doing. */
@Schema(name = "ContainerStatus", description = "What a container is doing, without what it is.")
public record StatusView(
        @Schema(description = "Its unified id.", example = "c0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e10")
        String cuid,

        @Schema(description = "What it is doing.", example = "stopped")
        String status,

        @Schema(description = "The engine's own word for that.", example = "exited")
        String nativeStatus,

        @Schema(description = "The exit code of its last run; null while it runs and before.", example = "0") @Nullable
        Integer exitCode,

        @Schema(description = "The verdict of its health check; null without one.", example = "healthy") @Nullable
        String health,

        @Schema(description = "When it last started.", example = "2026-11-23T09:30:01Z") @Nullable
        Instant startedAt,

        @Schema(description = "When its last run ended.", example = "2026-11-23T09:45:00Z") @Nullable
        Instant finishedAt) {}
