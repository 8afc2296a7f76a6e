package dev.roadstead.container;

import java.util.Locale;

/** Which of a process's outputs bytes came from. With a terminal all is {@code STDOUT}. */
public enum OutputStreamName {
    STDOUT,
    STDERR;

    /** The word in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
