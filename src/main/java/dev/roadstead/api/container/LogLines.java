package dev.roadstead.api.container;

import dev.roadstead.api.container.LogCursor.Place;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of log entries: joins what an engine split, splits what it joined, and decodes whole lines only, so that a character
 * split over two entries stays whole. A line longer than a bound comes in several pieces. Leaves out what lies before a cursor. Has
 * state: one for each stream.
 */
final class LogLines {
    static final int LONGEST = 1 << 20;

    private final Part stdout;
    private final Part stderr;
    private final boolean fromFirst;

    /** What came before is not wanted later either. */
    private @Nullable Instant earliest;

    private boolean begun;

    /**
     * Begins.
     *
     * @param after nothing up to there is told; the entries begin at {@link LogCursor#from} or earlier
     * @param since where the entries begin; null: where the log does
     * @param fromFirst whether they begin somewhere later, as the end of a log does
     */
    LogLines(@Nullable LogCursor after, @Nullable Instant since, boolean fromFirst) {
        this.stdout = new Part(OutputStreamName.STDOUT, after == null ? null : after.stdout());
        this.stderr = new Part(OutputStreamName.STDERR, after == null ? null : after.stderr());
        this.earliest = since;
        this.fromFirst = fromFirst;
    }

    /** The lines that an entry completes. */
    List<LogLine> feed(LogEntry entry) {
        if (fromFirst && !begun) {
            earliest = entry.time();
        }
        begun = true;
        return (entry.stream() == OutputStreamName.STDERR ? stderr : stdout).feed(entry);
    }

    /** What is left at the end: lines without an end. */
    List<LogLine> finish() {
        List<LogLine> rest = new ArrayList<>(2);
        stdout.finish(rest);
        stderr.finish(rest);
        return rest;
    }

    private LogLine line(Part part, byte[] bytes, boolean isEnd) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        // A terminal ends its lines with CR LF.
        String line = isEnd && text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
        return new LogLine(part.since, part.name.word(), line, cursor(part));
    }

    private @Nullable String cursor(Part part) {
        Place own = part.place();
        if (own == null) {
            return null;
        }
        LogCursor cursor =
                part == stdout ? new LogCursor(own, stderr.beside(own)) : new LogCursor(stdout.beside(own), own);
        return cursor.toString();
    }

    private final class Part {
        private final OutputStreamName name;
        private final @Nullable Place after;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        /** Behind the last line that ended. */
        private @Nullable Place ended;

        /** When the present line began. */
        private @Nullable Instant since;

        private @Nullable Instant latest;
        private boolean inLine;

        /** Bytes of the present line before those in the buffer. */
        private long offset;

        /** Bytes of the present line that were told before, if it is the first one behind the cursor. */
        private long toldBefore;

        Part(OutputStreamName name, @Nullable Place after) {
            this.name = name;
            this.after = after;
            this.toldBefore = after == null ? 0 : after.told();
        }

        List<LogLine> feed(LogEntry entry) {
            List<LogLine> lines = new ArrayList<>(1);
            byte[] data = entry.data();
            int from = 0;
            latest = entry.time();
            while (from < data.length) {
                if (!inLine) {
                    since = entry.time();
                    inLine = true;
                }
                int end = indexOfNewline(data, from);
                int upTo = Math.min(end < 0 ? data.length : end, from + LONGEST - bytes.size());
                bytes.write(data, from, upTo - from);
                if (upTo == end) {
                    end(lines);
                    from = upTo + 1;
                } else {
                    if (bytes.size() >= LONGEST) {
                        byte[] text = take(endOfWholeCharacters(bytes.toByteArray()));
                        if (text.length > 0) {
                            lines.add(line(this, text, false));
                        }
                    }
                    from = upTo;
                }
            }
            return lines;
        }

        private void end(List<LogLine> lines) {
            boolean passed = isPassed();
            boolean whole = offset == 0 && toldBefore == 0;
            byte[] text = take(bytes.size());
            ended = latest == null ? null : new Place(latest, endedAt(latest) + 1, 0);
            inLine = false;
            offset = 0;
            if (!passed) {
                toldBefore = 0;
                LogLine line = line(this, text, true);
                if (whole || !line.line().isEmpty()) {
                    lines.add(line);
                }
            }
        }

        /** Tells of the present line what there is: no more comes. */
        void finish(List<LogLine> lines) {
            byte[] text = take(bytes.size());
            if (text.length > 0) {
                lines.add(line(this, text, true));
            }
        }

        /** Takes so many bytes out of the buffer; what remains of them if those that were told before are left out. */
        private byte[] take(int length) {
            byte[] all = bytes.toByteArray();
            bytes.reset();
            bytes.write(all, length, all.length - length);
            long known = isPassed() ? length : Math.clamp(toldBefore - offset, 0, length);
            offset += length;
            return Arrays.copyOfRange(all, (int) known, length);
        }

        private boolean isPassed() {
            return after != null && latest != null && after.isBehind(latest, endedAt(latest));
        }

        private int endedAt(Instant time) {
            return ended != null && ended.time().equals(time) ? ended.passed() : 0;
        }

        /** Behind what was told of this output; null if that was nothing. */
        @Nullable
        Place place() {
            Place last = after != null && (ended == null || ended.isBefore(after)) ? after : ended;
            long told = isPassed() ? toldBefore : Math.max(offset, toldBefore);
            if (last == null) {
                return told == 0 || since == null ? null : new Place(since, 0, told);
            }
            return new Place(last.time(), last.passed(), told);
        }

        /** Behind what was told, or cannot come any more, when the other output is there. */
        Place beside(Place other) {
            Place own = place();
            if (own != null && own.told() > 0) {
                return own;
            }
            Instant least = other.ofTheQuietOther().time();
            if (earliest != null && earliest.isAfter(least)) {
                least = earliest;
            }
            if (inLine && since != null && since.isBefore(least)) {
                least = since;
            }
            return own == null || own.time().isBefore(least) ? new Place(least, 0, 0) : own;
        }
    }

    private static int endOfWholeCharacters(byte[] text) {
        for (int back = 1; back <= 4 && back <= text.length; back++) {
            byte b = text[text.length - back];
            if ((b & 0xC0) != 0x80) {
                int length = (b & 0xE0) == 0xC0 ? 2 : (b & 0xF0) == 0xE0 ? 3 : (b & 0xF8) == 0xF0 ? 4 : 1;
                return length > back ? text.length - back : text.length;
            }
        }
        return text.length;
    }

    private static int indexOfNewline(byte[] data, int from) {
        for (int i = from; i < data.length; i++) {
            if (data[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
