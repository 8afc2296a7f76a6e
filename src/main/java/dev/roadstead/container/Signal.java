package dev.roadstead.container;

import java.util.Locale;
import java.util.regex.Pattern;

/** A signal by its name without {@code SIG} ({@code TERM}) or its Linux number ({@code 15}). */
public record Signal(String value) {
    private static final Pattern FORM = Pattern.compile("[A-Z][A-Z0-9]{1,9}([+-][0-9]{1,2})?|[1-9][0-9]?");

    /** The default of a kill. */
    public static final Signal KILL = new Signal("KILL");

    public Signal {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "signal: %s (expected: a name such as TERM, or a number)".formatted(value));
        }
    }

    /** Takes {@code SIGTERM}, {@code term}, {@code TERM} and {@code 15}. */
    public static Signal of(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        return new Signal(upper.startsWith("SIG") ? upper.substring(3) : upper);
    }
}
