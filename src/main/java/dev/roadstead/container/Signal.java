package dev.roadstead.container;

import java.util.Locale;
import java.util.regex.Pattern;

/** A signal by its name without {@code SIG} ({@code TERM}) or its Linux number ({@code 15}). */
public record Signal(String value) {
    // Before the constants, whose constructor needs it. Linux, signal(7).
    private static final Pattern FORM =
            Pattern.compile("ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL"
                    + "|PROF|PWR|QUIT|SEGV|STKFLT|STOP|SYS|TERM|TRAP|TSTP|TTIN|TTOU|URG|USR1|USR2|VTALRM|WINCH|XCPU|XFSZ"
                    + "|RTMIN(\\+([0-9]|1[0-5]))?|RTMAX(-([0-9]|1[0-4]))?|[1-9]|[1-5][0-9]|6[0-4]");

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
