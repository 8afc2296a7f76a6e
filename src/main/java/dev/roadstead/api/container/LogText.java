package dev.roadstead.api.container;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/** Puts the time before every line, and leaves all other bytes as they are. Has state: one for each stream. */
final class LogText {
    /** Streams that are in the middle of a line. */
    private final Set<OutputStreamName> inLine = EnumSet.noneOf(OutputStreamName.class);

    /** An entry's bytes with times. */
    byte[] timed(LogEntry entry) {
        if (entry.time() == null) {
            return entry.data();
        }
        byte[] prefix = (entry.time() + " ").getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream text = new ByteArrayOutputStream(entry.data().length + 2 * prefix.length);
        boolean within = inLine.contains(entry.stream());
        for (byte b : entry.data()) {
            if (!within) {
                text.writeBytes(prefix);
                within = true;
            }
            text.write(b);
            within = b != '\n';
        }
        if (within) {
            inLine.add(entry.stream());
        } else {
            inLine.remove(entry.stream());
        }
        return text.toByteArray();
    }
}
