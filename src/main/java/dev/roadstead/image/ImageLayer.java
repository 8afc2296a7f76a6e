package dev.roadstead.image;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step of an image's history, newest first.
 *
 * @param id null where the step left no image of its own
 * @param size bytes the step added
 */
public record ImageLayer(
        @Nullable String id,
        @Nullable Instant createdAt,
        String createdBy,
        long size,
        List<String> tags,
        @Nullable String comment) {
    public ImageLayer {
        tags = List.copyOf(tags);
    }
}
