package dev.roadstead.adapter.daemon;

import org.jspecify.annotations.Nullable;

/**
 * What the gateway and a daemon agreed on.
 *
 * @param engineVersion of the daemon's software; null if it does not tell
 * @param api the version of the API that both speak
 */
public record Agreement(@Nullable String engineVersion, ApiVersion api) {}
