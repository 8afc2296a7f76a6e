package dev.roadstead.container;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to make an image of a container's present file system.
 *
 * @param repository the new image's name; null: it has none
 * @param changes Dockerfile instructions applied to the image's configuration, e.g. {@code CMD ["sh"]}
 * @param pause whether the container is frozen meanwhile
 */
public record CommitSpec(
        @Nullable String repository,
        @Nullable String tag,
        @Nullable String message,
        @Nullable String author,
        List<String> changes,
        boolean pause) {
    public CommitSpec {
        changes = List.copyOf(changes);
    }
}
