package dev.roadstead.engine;

import org.jspecify.annotations.Nullable;

/**
 * Which API an engine speaks.
 *
 * @param family the word of what answers: {@code docker}, {@code podman}, {@code lxd}, {@code incus} …
 * @param version of the API where it has one ({@code 1.41}), else of the engine ({@code 4.3.1}); null if it does not tell
 */
public record NativeApi(String family, @Nullable String version) {}
