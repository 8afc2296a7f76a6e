package dev.roadstead.engine;

import org.jspecify.annotations.Nullable;

/**
 * The host behind an engine; null where it does not tell.
 *
 * @param memory bytes
 * @param containers all of them
 */
public record EngineInfo(
        @Nullable String hostname,
        @Nullable String os,
        @Nullable String architecture,
        @Nullable String kernel,
        @Nullable Integer cpus,
        @Nullable Long memory,
        @Nullable String storageDriver,
        @Nullable Integer containers,
        @Nullable Integer containersRunning,
        @Nullable Integer containersPaused,
        @Nullable Integer containersStopped,
        @Nullable Integer images) {}
