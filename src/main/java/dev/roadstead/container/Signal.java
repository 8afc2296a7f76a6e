package dev.roadstead.container;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A signal by its name without {@code SIG} ({@code TERM}) or its Linux number ({@code 15}). */
public record Signal(String value) {
    // Before the constants, whose constructor needs it. Linux, signal(7).
    private static final Pattern FORM =
            Pattern.compile("ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL"
                    + "|PROF|PWR|QUIT|SEGV|STKFLT|STOP|SYS|TERM|TRAP|TSTP|TTIN|TTOU|URG|USR1|USR2|VTALRM|WINCH|XCPU|XFSZ"
                    + "|RTMIN(\\+([0-9]|1[0-5]))?|RTMAX(-([0-9]|1[0-4]))?|[1-9]|[1-5][0-9]|6[0-4]");

    // Before the constants as well: from 1 on, as on x86 and ARM, signal(7).
    private static final List<String> BY_NUMBER = List.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
            "WINCH", "IO", "PWR", "SYS");

    private static final int RTMIN = 34;
    private static final int RTMAX = 64;

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

    /** Its Linux number, since not every shell and not every engine knows every name. */
    public int number() {
        if (Character.isDigit(value.charAt(0))) {
            return Integer.parseInt(value);
        }
        if (value.startsWith("RTMIN")) {
            return RTMIN + offset();
        }
        if (value.startsWith("RTMAX")) {
            return RTMAX + offset();
        }
        return switch (value) {
            case "IOT" -> BY_NUMBER.indexOf("ABRT") + 1;
            case "CLD" -> BY_NUMBER.indexOf("CHLD") + 1;
            case "POLL" -> BY_NUMBER.indexOf("IO") + 1;
            default -> BY_NUMBER.indexOf(value) + 1;
        };
    }

    /** {@code +3} of {@code RTMIN+3}, {@code -3} of {@code RTMAX-3}. */
    private int offset() {
        return value.length() == "RTMIN".length() ? 0 : Integer.parseInt(value.substring("RTMIN".length()));
    }
}
