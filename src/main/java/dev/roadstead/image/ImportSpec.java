package dev.roadstead.image;

import org.jspecify.annotations.Nullable;

/**
 * What an engine shall make an image of.
 *
 * @param method the engine's word for how: {@code fetch}, {@code fetch-auto}, {@code zfs-copy} or {@code zfs-clone} on Kleened
 * @param url where it is fetched; null if it is not
 * @param dataset what of the engine's host it is made of; null if it is not
 * @param tag name, and tag if there is one; null: none, or what the method chooses
 */
public record ImportSpec(
        String method,
        @Nullable String url,
        @Nullable String dataset,
        @Nullable String tag) {}
