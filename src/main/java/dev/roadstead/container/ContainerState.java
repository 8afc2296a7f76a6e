package dev.roadstead.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A container's state at one moment.
 *
 * @param nativeStatus the engine's own word
 * @param exitCode of the last run; null while it runs, before its first start, and where the engine does not tell
 * @param health {@code starting healthy unhealthy}; null without a health check
 * @param finishedAt end of the last run; null if it never ended or the engine does not tell
 */
public record ContainerState(
        ContainerStatus status,
        String nativeStatus,
        @Nullable Integer exitCode,
        @Nullable String health,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {}
