package dev.roadstead.engine;

import dev.roadstead.container.OutputStreamName;
import dev.roadstead.exec.ExecOutput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a process wrote, as text. */
public final class OutputText {
    private OutputText() {}

    public static String of(ExecOutput piece) {
        return new String(piece.data(), StandardCharsets.UTF_8);
    }

    /** All of one stream. */
    public static String of(List<ExecOutput> output, OutputStreamName stream) {
        return new String(bytes(output, stream), StandardCharsets.UTF_8);
    }

    /** All of one stream. */
    public static byte[] bytes(List<ExecOutput> output, OutputStreamName stream) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        output.stream().filter(piece -> piece.stream() == stream).forEach(piece -> bytes.writeBytes(piece.data()));
        return bytes.toByteArray();
    }
}
