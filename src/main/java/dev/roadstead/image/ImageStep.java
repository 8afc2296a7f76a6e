package dev.roadstead.image;

import org.jspecify.annotations.Nullable;

/**
 * A step in the making of an image.
 *
 * @param status the engine's words
 * @param image the id of the image that is made; null until it is known to be whole
 */
public record ImageStep(String status, @Nullable String image) {}
