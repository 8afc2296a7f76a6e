package dev.roadstead.container;

import java.util.Arrays;
import java.util.Optional;

/** What to wait for. */
public enum WaitCondition {
    NOT_RUNNING("not-running"),
    NEXT_EXIT("next-exit"),
    REMOVED("removed"),
    RUNNING("running"),
    HEALTHY("healthy");

    private final String word;

    WaitCondition(String word) {
        this.word = word;
    }

    /** The word in the API. */
    public String word() {
        return word;
    }

    /** The condition of that word, if there is one. */
    public static Optional<WaitCondition> of(String word) {
        return Arrays.stream(values())
                .filter(condition -> condition.word.equals(word))
                .findFirst();
    }
}
