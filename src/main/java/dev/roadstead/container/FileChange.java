package dev.roadstead.container;

import java.util.Locale;

/** A path in which a container's file system differs from its image. */
public record FileChange(Kind kind, String path) {
    /** What happened to it. */
    public enum Kind {
        MODIFIED,
        ADDED,
        DELETED;

        /** The word in the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
