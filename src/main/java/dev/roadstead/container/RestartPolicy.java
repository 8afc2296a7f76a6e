package dev.roadstead.container;

import java.util.Arrays;

/**
 * When an engine restarts a container by itself.
 *
 * @param maxRetries only for {@link Name#ON_FAILURE}; 0 means no bound
 */
public record RestartPolicy(Name name, int maxRetries) {
    /** Never restarted. */
    public static final RestartPolicy NO = new RestartPolicy(Name.NO, 0);

    /** The policies, as Docker and Podman name them. */
    public enum Name {
        NO("no"),
        ALWAYS("always"),
        UNLESS_STOPPED("unless-stopped"),
        ON_FAILURE("on-failure");

        private final String word;

        Name(String word) {
            this.word = word;
        }

        /** The word in the API. */
        public String word() {
            return word;
        }

        /** The one of that word.
         *
         * @throws IllegalArgumentException for any other word
         */
        public static Name of(String word) {
            return Arrays.stream(values())
                    .filter(name -> name.word.equals(word))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "restart policy: %s (expected: no, always, unless-stopped or on-failure)".formatted(word)));
        }
    }
}
