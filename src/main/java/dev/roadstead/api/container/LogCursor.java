package dev.roadstead.api.container;

import dev.roadstead.api.problem.ProblemException;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a log: behind the line of this time and, among lines of the same time, of this number.
 *
 * @param ordinal from 0
 */
record LogCursor(Instant time, int ordinal) {
    private static final Pattern FORM = Pattern.compile("([0-9]{1,10})([0-9]{9})-([0-9]{1,8})");

    /** Reads a cursor.
     *
     * @throws ProblemException ({@code INVALID_CURSOR})
     */
    static LogCursor parse(String field, String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw ProblemException.invalid(
                    "INVALID_CURSOR", field, text, "%s: expected the cursor of a log line".formatted(field));
        }
        return new LogCursor(
                Instant.ofEpochSecond(Long.parseLong(form.group(1)), Integer.parseInt(form.group(2))),
                Integer.parseInt(form.group(3)));
    }

    /** Whether a line at this place has been seen by somebody who is at the other. */
    boolean isAtOrBefore(LogCursor other) {
        int byTime = time.compareTo(other.time);
        return byTime < 0 || (byTime == 0 && ordinal <= other.ordinal);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d%09d-%d", time.getEpochSecond(), time.getNano(), ordinal);
    }
}
