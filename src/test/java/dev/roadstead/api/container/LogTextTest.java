package dev.roadstead.api.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** A log's text with times, and places in a log. */
class LogTextTest {
    private static final Instant TIME = Instant.parse("2026-11-23T09:30:02Z");

    private final LogText text = new LogText();

    @Test
    void everyLineGetsItsTime() {
        assertThat(timed(OutputStreamName.STDOUT, "a\n\nb\n"))
                .isEqualTo("2026-11-23T09:30:02Z a\n2026-11-23T09:30:02Z \n2026-11-23T09:30:02Z b\n");
    }

    @Test
    void theRestOfALineGetsNoTime() {
        assertThat(timed(OutputStreamName.STDOUT, "a")).isEqualTo("2026-11-23T09:30:02Z a");
        assertThat(timed(OutputStreamName.STDERR, "x\n")).isEqualTo("2026-11-23T09:30:02Z x\n");
        assertThat(timed(OutputStreamName.STDOUT, "b\nc")).isEqualTo("b\n2026-11-23T09:30:02Z c");
    }

    @Test
    void otherBytesStayAsTheyAre() {
        byte[] raw = {(byte) 0xff, 0, '\r', '\n'};

        assertThat(text.timed(new LogEntry(OutputStreamName.STDOUT, null, raw))).isSameAs(raw);
        byte[] timed = text.timed(new LogEntry(OutputStreamName.STDOUT, TIME, raw));
        assertThat(timed).endsWith(raw).hasSize("2026-11-23T09:30:02Z ".length() + raw.length);
    }

    private String timed(OutputStreamName stream, String data) {
        byte[] timed = text.timed(new LogEntry(stream, TIME, data.getBytes(StandardCharsets.UTF_8)));
        return new String(timed, StandardCharsets.UTF_8);
    }
}
