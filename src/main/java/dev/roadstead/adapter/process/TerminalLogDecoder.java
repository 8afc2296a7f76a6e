package dev.roadstead.adapter.process;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A log with a terminal: bare bytes. With times, each of the daemon's entries begins with one, and nothing but that tells where it
 * begins: after a newline, or, in a long line, after the 16 KiB that the daemon keeps at most in one entry (moby daemon/logger/copier).
 */
final class TerminalLogDecoder implements LogDecoder {
    private static final int LONGEST_ENTRY = 16 * 1024;

    private final boolean times;
    private byte[] rest = new byte[0];

    TerminalLogDecoder(boolean times) {
        this.times = times;
    }

    @Override
    public List<LogEntry> feed(byte[] bytes) {
        if (!times) {
            return bytes.length == 0 ? List.of() : List.of(entry(null, bytes));
        }
        byte[] all = Arrays.copyOf(rest, rest.length + bytes.length);
        System.arraycopy(bytes, 0, all, rest.length, bytes.length);
        return take(all, false);
    }

    @Override
    public List<LogEntry> finish() {
        return take(rest, true);
    }

    private List<LogEntry> take(byte[] all, boolean last) {
        List<LogEntry> entries = new ArrayList<>();
        int at = 0;
        while (at < all.length) {
            if (!last && all.length - at < Stamp.LONGEST && !hasNewline(all, at)) {
                break;
            }
            Stamp stamp = Stamp.at(all, at, all.length);
            int begin = stamp == null ? at : at + stamp.length();
            int end = end(all, begin, last);
            if (end < 0) {
                break;
            }
            entries.add(entry(stamp == null ? null : stamp.time(), Arrays.copyOfRange(all, begin, end)));
            at = end;
        }
        rest = Arrays.copyOfRange(all, at, all.length);
        return entries;
    }

    /** Where the entry that begins there ends; negative if that is not known yet. */
    private static int end(byte[] all, int begin, boolean last) {
        int longest = Math.min(all.length, begin + LONGEST_ENTRY);
        for (int at = begin; at < longest; at++) {
            if (all[at] == '\n') {
                return at + 1;
            }
        }
        boolean cutKnown = all.length - longest >= Stamp.LONGEST || last;
        return longest - begin == LONGEST_ENTRY && cutKnown ? longest : last ? all.length : -1;
    }

    private static boolean hasNewline(byte[] all, int from) {
        for (int at = from; at < all.length; at++) {
            if (all[at] == '\n') {
                return true;
            }
        }
        return false;
    }

    private static LogEntry entry(@Nullable Instant time, byte[] data) {
        return new LogEntry(OutputStreamName.STDOUT, time, data);
    }
}
