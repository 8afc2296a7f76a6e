package dev.roadstead.workload;

import java.util.Locale;

/** When a create pulls its image. */
public enum PullPolicy {
    MISSING,
    ALWAYS,
    NEVER;

    /** The word in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
