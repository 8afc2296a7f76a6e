package dev.roadstead.image;

import java.util.List;

/**
 * What removing an image did.
 *
 * @param untagged references that are gone
 * @param deleted ids of images and layers that are gone
 */
public record RemovedImage(List<String> untagged, List<String> deleted) {
    public RemovedImage {
        untagged = List.copyOf(untagged);
        deleted = List.copyOf(deleted);
    }
}
