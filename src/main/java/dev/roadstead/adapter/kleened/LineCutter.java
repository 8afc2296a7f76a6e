package dev.roadstead.adapter.kleened;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts output into lines, each with the time of its first byte. Has state: one for each reader. */
final class LineCutter {
    /** A longer line comes in several entries, as Docker keeps them. */
    private static final int LONGEST = 16 * 1024;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private @Nullable Instant begun;

    /** The lines that end in this chunk. */
    List<LogEntry> feed(Instant time, byte[] data) {
        List<LogEntry> lines = new ArrayList<>();
        for (byte next : data) {
            if (line.size() == 0) {
                begun = time;
            }
            line.write(next);
            if (next == '\n' || line.size() == LONGEST) {
                lines.addAll(rest());
            }
        }
        return lines;
    }

    /** The line that has not ended, if there is one. */
    List<LogEntry> rest() {
        if (line.size() == 0) {
            return List.of();
        }
        LogEntry entry = new LogEntry(OutputStreamName.STDOUT, begun, line.toByteArray());
        line.reset();
        return List.of(entry);
    }

    /** Forgets the line that has not ended: what follows does not belong to it. */
    void forget() {
        line.reset();
    }
}
