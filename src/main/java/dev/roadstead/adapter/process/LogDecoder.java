package dev.roadstead.adapter.process;

import dev.roadstead.container.LogEntry;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes entries of a log's bytes. Has state: one for each stream. */
interface LogDecoder {
    /** Takes the next bytes, cut anywhere. */
    List<LogEntry> feed(byte[] bytes);

    /** Tells that no more comes. */
    List<LogEntry> finish();

    /**
     * The daemon's time before an entry: RFC 3339 and a space.
     *
     * @param length bytes it takes, the space too
     */
    record Stamp(Instant time, int length) {
        /** A time and its space, at most. */
        static final int LONGEST = "2006-01-02T15:04:05.000000000+07:00 ".length();

        private static final int SHORTEST = "2006-01-02T15:04:05Z ".length();

        /** Reads one at a place; null if there is none. */
        static @Nullable Stamp at(byte[] bytes, int offset, int end) {
            int last = Math.min(end, offset + LONGEST);
            for (int at = offset; at < last; at++) {
                if (bytes[at] == ' ') {
                    return at + 1 - offset < SHORTEST ? null : parse(bytes, offset, at);
                }
            }
            return null;
        }

        private static @Nullable Stamp parse(byte[] bytes, int offset, int space) {
            String text = new String(bytes, offset, space - offset, StandardCharsets.US_ASCII);
            try {
                return new Stamp(OffsetDateTime.parse(text).toInstant(), space + 1 - offset);
            } catch (DateTimeException noTime) {
                return null;
            }
        }
    }
}
