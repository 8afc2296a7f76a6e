package dev.roadstead.api.container;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes lines of log entries: joins what an engine split, splits what it joined, and decodes whole lines only, so that a character
 * split over two entries stays whole. A line longer than a bound comes in several pieces. Has state: one for each stream.
 */
final class LogLines {
    static final int LONGEST = 1 << 20;

    private final Part stdout = new Part(OutputStreamName.STDOUT);
    private final Part stderr = new Part(OutputStreamName.STDERR);
    private @Nullable Instant lastTime;
    private int ordinal;

    /** The lines that an entry completes. */
    List<LogLine> feed(LogEntry entry) {
        return (entry.stream() == OutputStreamName.STDERR ? stderr : stdout).feed(entry);
    }

    /** What is left at the end: lines without an end. */
    List<LogLine> finish() {
        List<LogLine> rest = new ArrayList<>();
        for (Part part : List.of(stdout, stderr)) {
            if (part.bytes.size() > 0) {
                rest.add(part.line());
            }
        }
        return rest;
    }

    private @Nullable String cursor(@Nullable Instant time) {
        if (time == null) {
            return null;
        }
        ordinal = time.equals(lastTime) ? ordinal + 1 : 0;
        lastTime = time;
        return new LogCursor(time, ordinal).toString();
    }

    private final class Part {
        private final OutputStreamName name;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private @Nullable Instant begun;
        private @Nullable Instant latest;
        private boolean cut;

        Part(OutputStreamName name) {
            this.name = name;
        }

        List<LogLine> feed(LogEntry entry) {
            List<LogLine> lines = new ArrayList<>(1);
            byte[] data = entry.data();
            int from = 0;
            latest = entry.time();
            while (from < data.length) {
                if (bytes.size() == 0) {
                    begun = entry.time();
                }
                int end = indexOfNewline(data, from);
                int upTo = Math.min(end < 0 ? data.length : end, from + LONGEST - bytes.size());
                bytes.write(data, from, upTo - from);
                if (upTo == end) {
                    if (bytes.size() > 0 || !cut) {
                        lines.add(line());
                    }
                    cut = false;
                    from = upTo + 1;
                } else {
                    if (bytes.size() >= LONGEST) {
                        lines.add(piece());
                    }
                    from = upTo;
                }
            }
            return lines;
        }

        LogLine line() {
            String text = bytes.toString(StandardCharsets.UTF_8);
            bytes.reset();
            // A terminal ends its lines with CR LF.
            return told(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        }

        /** As much of a line without an end as is whole characters. */
        private LogLine piece() {
            byte[] all = bytes.toByteArray();
            int whole = endOfWholeCharacters(all);
            bytes.reset();
            bytes.write(all, whole, all.length - whole);
            cut = true;
            return told(new String(all, 0, whole, StandardCharsets.UTF_8));
        }

        // The cursor is of the line's end: lines end in the order of their entries, but may begin in another.
        private LogLine told(String text) {
            return new LogLine(begun, name.word(), text, cursor(latest));
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
