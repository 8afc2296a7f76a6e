package dev.roadstead.adapter.kleened;

import dev.roadstead.transport.WebSocketStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Cuts progress into lines: a message ends one, as a newline does; what is written over itself counts as it was last. Has state. */
final class ProgressText {
    private static final int LONGEST = 8 * 1024;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    List<String> feed(WebSocketStream.Piece piece) {
        List<String> lines = new ArrayList<>();
        for (byte next : piece.data()) {
            if (next == '\n') {
                end(lines);
            } else if (line.size() < LONGEST) {
                line.write(next);
            }
        }
        if (piece.last()) {
            end(lines);
        }
        return lines;
    }

    private void end(List<String> lines) {
        String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        line.reset();
        String last = text.substring(text.lastIndexOf('\r') + 1).strip();
        if (!last.isEmpty()) {
            lines.add(last);
        }
    }
}
