package dev.roadstead.engine;

import org.jspecify.annotations.Nullable;

/**
 * What an engine says of itself after an authenticated call.
 *
 * @param version of the engine's software; null if it does not tell
 * @param apiVersion the one negotiated; null if the API has none
 */
public record EngineDescription(
        @Nullable String version, @Nullable String apiVersion, Capabilities capabilities) {}
