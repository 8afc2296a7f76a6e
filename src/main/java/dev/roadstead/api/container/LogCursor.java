package dev.roadstead.api.container;

import dev.roadstead.api.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far somebody has read a log: a place in each output. Each output's entries are in the order of their times, but the two are not
 * among each other: an engine takes an entry's time before it waits for its turn to write it down.
 */
record LogCursor(Place stdout, Place stderr) {
    /** Later than this behind an entry of one output comes no earlier one of the other; Docker's are some microseconds apart. */
    static final Duration LONGEST_DELAY = Duration.ofSeconds(2);

    private static final Pattern FORM = Pattern.compile("(?:o(%1$s))?(?:e(%1$s))?".formatted("[0-9.-]{12,40}"));

    /**
     * Behind the lines that ended before this time, so many that ended at it, and so many bytes of the line that follows.
     *
     * @param passed lines that ended at {@code time}
     * @param told bytes of the next line; its end has not been seen
     */
    record Place(Instant time, int passed, long told) {
        private static final Pattern FORM =
                Pattern.compile("([0-9]{1,10})([0-9]{9})-([0-9]{1,8})(?:\\.([0-9]{1,15}))?");

        /**
         * Whether a line lies before it.
         *
         * @param end the time of the line's end, or as much of it as there is
         * @param before so many lines before it ended at that time too
         */
        boolean isBehind(Instant end, int before) {
            return end.isBefore(time) || (end.equals(time) && before < passed);
        }

        /** Whether it is nearer to the log's beginning. */
        boolean isBefore(Place other) {
            return time.isBefore(other.time) || (time.equals(other.time) && passed < other.passed);
        }

        /** Where the other output is if nothing was heard of it for long. */
        Place ofTheQuietOther() {
            return new Place(time.minus(LONGEST_DELAY), 0, 0);
        }

        private static Place parse(String field, String whole, String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw invalid(field, whole);
            }
            return new Place(
                    Instant.ofEpochSecond(Long.parseLong(form.group(1)), Integer.parseInt(form.group(2))),
                    Integer.parseInt(form.group(3)),
                    form.group(4) == null ? 0 : Long.parseLong(form.group(4)));
        }

        @Override
        public String toString() {
            String whole = String.format(Locale.ROOT, "%d%09d-%d", time.getEpochSecond(), time.getNano(), passed);
            return told == 0 ? whole : "%s.%d".formatted(whole, told);
        }
    }

    /**
     * Reads a cursor.
     *
     * @throws ProblemException ({@code INVALID_CURSOR})
     */
    static LogCursor parse(String field, String text) {
        Matcher form = FORM.matcher(text);
        String out = form.matches() ? form.group(1) : null;
        String err = form.matches() ? form.group(2) : null;
        if (out != null) {
            Place stdout = Place.parse(field, text, out);
            return new LogCursor(stdout, err == null ? stdout.ofTheQuietOther() : Place.parse(field, text, err));
        }
        if (err != null) {
            Place stderr = Place.parse(field, text, err);
            return new LogCursor(stderr.ofTheQuietOther(), stderr);
        }
        throw invalid(field, text);
    }

    private static ProblemException invalid(String field, String text) {
        return ProblemException.invalid(
                "INVALID_CURSOR", field, text, "%s: expected the cursor of a log line".formatted(field));
    }

    /** From where on the log has to be read to go on here, inclusive. */
    Instant from() {
        return stdout.time().isBefore(stderr.time()) ? stdout.time() : stderr.time();
    }

    @Override
    public String toString() {
        if (stderr.equals(stdout.ofTheQuietOther())) {
            return "o" + stdout;
        }
        return stdout.equals(stderr.ofTheQuietOther()) ? "e" + stderr : "o%se%s".formatted(stdout, stderr);
    }
}
