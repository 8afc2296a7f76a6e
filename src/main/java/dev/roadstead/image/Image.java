package dev.roadstead.image;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image on an engine; null where the engine does not tell, lists tell less than an inspection.
 *
 * @param id the engine's own, e.g. {@code sha256:…}
 * @param tags references by name, e.g. {@code busybox:latest}
 * @param digests references by digest
 * @param size bytes on disk
 */
public record Image(
        String id,
        List<String> tags,
        List<String> digests,
        @Nullable Instant createdAt,
        @Nullable Long size,
        Map<String, String> labels,
        @Nullable String os,
        @Nullable String architecture,
        @Nullable List<String> command,
        @Nullable List<String> entrypoint,
        @Nullable Map<String, String> env,
        @Nullable String workingDir,
        @Nullable String user) {
    public Image {
        tags = List.copyOf(tags);
        digests = List.copyOf(digests);
        labels = Map.copyOf(labels);
        command = command == null ? null : List.copyOf(command);
        entrypoint = entrypoint == null ? null : List.copyOf(entrypoint);
        env = env == null ? null : Map.copyOf(env);
    }
}
