package dev.roadstead.container;

import java.util.Locale;

/** A published port's transport protocol. */
public enum Protocol {
    TCP,
    UDP,
    SCTP;

    /** The word in the API and on every engine. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The one of that word.
     *
     * @throws IllegalArgumentException for any other word
     */
    public static Protocol of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
