package dev.roadstead.image;

import org.jspecify.annotations.Nullable;

/**
 * A step of a pull.
 *
 * @param layer the layer's short id; null for a message about the whole image
 * @param status the engine's words
 * @param current bytes so far; null if not told
 * @param total bytes in all; null if not told
 */
public record PullProgress(
        @Nullable String layer,
        String status,
        @Nullable Long current,
        @Nullable Long total) {}
