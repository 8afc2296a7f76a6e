package dev.roadstead.operation;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A piece of long work at one moment.
 *
 * @param kind what it does, e.g. {@code image.pull}
 * @param progress how far it is, in facts that depend on the kind
 * @param resources paths of what it works on or has made
 * @param failure why it failed; null unless it did
 */
public record Operation(
        String id,
        String kind,
        Status status,
        Map<String, Object> progress,
        List<String> resources,
        Instant createdAt,
        Instant updatedAt,
        @Nullable Throwable failure) {
    public Operation {
        progress = Map.copyOf(progress);
        resources = List.copyOf(resources);
    }

    /** Where it stands. */
    public enum Status {
        PENDING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        CANCELLED;

        /** The word in the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether nothing will change any more. */
        public boolean isFinal() {
            return this == SUCCEEDED || this == FAILED || this == CANCELLED;
        }
    }
}
