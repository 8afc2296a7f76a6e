package dev.roadstead.adapter.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.EngineException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogDecoderTest {
    private static final String TIME = "2026-11-23T14:40:31.240828845Z";
    private static final String LONG_LINE = "x".repeat(40_000) + "\r\n";

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 30, 31, 8191, 1_000_000})
    void aLongLineOnATerminalComesAsTheDaemonKeptItHoweverItIsCut(int cut) {
        byte[] log = utf8(TIME + " " + "x".repeat(16_384) + TIME + " " + "x".repeat(16_384) + TIME + " "
                + LONG_LINE.substring(32_768) + TIME + " hé\r\n");

        List<LogEntry> entries = decode(new TerminalLogDecoder(true), log, cut);

        assertThat(entries).hasSize(4).allSatisfy(entry -> {
            assertThat(entry.time()).isEqualTo(Instant.parse(TIME));
            assertThat(entry.stream()).isEqualTo(OutputStreamName.STDOUT);
        });
        assertThat(text(entries)).isEqualTo(LONG_LINE + "hé\r\n");
    }

    @Test
    void aLineOnATerminalIsToldAtOnceAndNotOnlyWithTheNext() {
        TerminalLogDecoder decoder = new TerminalLogDecoder(true);

        assertThat(decoder.feed(utf8(TIME + " \n"))).hasSize(1);
        assertThat(decoder.feed(utf8(TIME + " a\n"))).hasSize(1);
    }

    @Test
    void anUnfinishedLineOnATerminalComesWithTheEnd() {
        List<LogEntry> entries = decode(new TerminalLogDecoder(true), utf8(TIME + " prompt$ "), 5);

        assertThat(text(entries)).isEqualTo("prompt$ ");
        assertThat(entries.getFirst().time()).isEqualTo(Instant.parse(TIME));
    }

    @Test
    void withoutTimesATerminalsBytesComeAsTheyAre() {
        assertThat(text(decode(new TerminalLogDecoder(false), utf8("a\r\nb"), 2)))
                .isEqualTo("a\r\nb");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 100, 1_000_000})
    void eachFrameIsAnEntryWithItsOwnTime(int cut) {
        byte[] log = concat(
                frame(1, TIME + " " + "y".repeat(16_384)),
                frame(1, TIME + " rest\n"),
                frame(2, TIME + " oops\n"),
                frame(1, TIME + " "));

        List<LogEntry> entries = decode(multiplexed(true), log, cut);

        assertThat(entries)
                .extracting(LogEntry::stream)
                .containsExactly(
                        OutputStreamName.STDOUT,
                        OutputStreamName.STDOUT,
                        OutputStreamName.STDERR,
                        OutputStreamName.STDOUT);
        assertThat(entries).extracting(LogEntry::time).containsOnly(Instant.parse(TIME));
        assertThat(text(entries)).isEqualTo("y".repeat(16_384) + "rest\noops\n");
    }

    @Test
    void aTimeWithinALineIsPartOfTheLine() {
        String line = TIME + " is when\n";

        List<LogEntry> entries = decode(multiplexed(true), frame(1, TIME + " " + line), 1_000_000);

        assertThat(text(entries)).isEqualTo(line);
        assertThat(text(decode(multiplexed(false), frame(1, line), 1_000_000))).isEqualTo(line);
    }

    @Test
    void aHugeFrameComesInPiecesOfWhichOnlyTheFirstHadATime() {
        byte[] log = frame(2, TIME + " " + "z".repeat(200_000) + "\n");

        List<LogEntry> entries = decode(multiplexed(true), log, 10_000);

        assertThat(entries).hasSizeGreaterThan(2);
        assertThat(entries).extracting(LogEntry::time).containsOnly(Instant.parse(TIME));
        assertThat(text(entries)).isEqualTo("z".repeat(200_000) + "\n");
    }

    @Test
    void anErrorOfTheDaemonInTheStreamIsAFailure() {
        MultiplexedLogDecoder decoder = multiplexed(true);

        assertThatThrownBy(() -> decoder.feed(frame(3, "error grabbing logs: unexpected EOF")))
                .isInstanceOf(EngineException.Failed.class)
                .hasMessageContaining("error grabbing logs");
    }

    @Test
    void halfAFrameIsAFailure() {
        MultiplexedLogDecoder decoder = multiplexed(false);
        decoder.feed(Arrays.copyOf(frame(1, "half"), 10));

        assertThatThrownBy(decoder::finish)
                .isInstanceOf(EngineException.Failed.class)
                .extracting("code")
                .isEqualTo("ENGINE_BROKE_OFF");
    }

    private static List<LogEntry> decode(LogDecoder decoder, byte[] log, int cut) {
        List<LogEntry> entries = new ArrayList<>();
        for (int at = 0; at < log.length; at += cut) {
            entries.addAll(decoder.feed(Arrays.copyOfRange(log, at, Math.min(log.length, at + cut))));
        }
        entries.addAll(decoder.finish());
        return entries;
    }

    private static String text(List<LogEntry> entries) {
        return new String(concat(entries.stream().map(LogEntry::data).toArray(byte[][]::new)), StandardCharsets.UTF_8);
    }

    private static byte[] frame(int stream, String payload) {
        byte[] data = utf8(payload);
        return ByteBuffer.allocate(8 + data.length)
                .putInt(stream << 24)
                .putInt(data.length)
                .put(data)
                .array();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MultiplexedLogDecoder multiplexed(boolean times) {
        return new MultiplexedLogDecoder(
                "local",
                text -> new EngineException.Failed("ENGINE_ERROR", text, EngineException.Evidence.of("local"), null),
                times);
    }
}
