package dev.roadstead.container;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something mounted into a container.
 *
 * @param source the host's folder, or the volume's name; null for a tmpfs and for a new anonymous volume
 * @param target absolute path in the container
 */
public record Mount(Type type, @Nullable String source, String target, boolean readOnly) {
    /** What is mounted. {@code OTHER} is only ever read from an engine. */
    public enum Type {
        BIND,
        VOLUME,
        TMPFS,
        OTHER;

        /** The word in the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
