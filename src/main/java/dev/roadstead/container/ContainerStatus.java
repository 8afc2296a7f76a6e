package dev.roadstead.container;

import java.util.Locale;

/** What a container is doing, in the unified words. A word that no engine documents becomes {@link #UNKNOWN}. */
public enum ContainerStatus {
    CREATED,
    RUNNING,
    PAUSED,
    RESTARTING,
    STOPPING,
    STOPPED,
    REMOVING,
    DEAD,
    ERROR,
    UNKNOWN;

    /** The word in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Tells whether a process of the container exists (also while it is frozen or on its way down). */
    public boolean isAlive() {
        return this == RUNNING || this == PAUSED || this == RESTARTING || this == STOPPING;
    }
}
