package dev.roadstead.api.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLinesTest {
    private static final Instant T1 = Instant.parse("2026-11-23T09:30:02.000000001Z");
    private static final Instant T2 = T1.plusNanos(5);
    private static final Instant T3 = T1.plusNanos(9);

    private final LogLines lines = new LogLines(null, null, false);

    @Test
    void anEntryIsMostlyALine() {
        assertThat(lines.feed(out(T1, "ready\n")))
                .containsExactly(new LogLine(T1, "stdout", "ready", "o1795426202000000001-1"));
        assertThat(lines.finish()).isEmpty();
    }

    @Test
    void anEntryOfSeveralLinesGivesEachAPlaceOfItsOwn() {
        assertThat(lines.feed(out(T1, "a\n\nb\nc")))
                .extracting(LogLine::line, LogLine::cursor)
                .containsExactly(
                        tuple("a", "o" + place(T1, 1)), tuple("", "o" + place(T1, 2)), tuple("b", "o" + place(T1, 3)));
        assertThat(lines.finish()).extracting(LogLine::line).containsExactly("c");
    }

    @Test
    void aCursorTellsThePlaceInBothOutputs() {
        List<LogLine> told = new ArrayList<>(lines.feed(out(T1, "a\n")));
        told.addAll(lines.feed(err(T1, "b\n")));
        told.addAll(lines.feed(out(T2, "c\n")));

        assertThat(told)
                .extracting(LogLine::cursor)
                .containsExactly(
                        "o" + place(T1, 1),
                        "o%se%s".formatted(place(T1, 1), place(T1, 1)),
                        "o%se%s".formatted(place(T2, 1), place(T1, 1)));
    }

    @Test
    void aCharacterSplitOverEntriesStaysWhole() {
        byte[] text = "gr€€n\n".getBytes(StandardCharsets.UTF_8);
        List<LogLine> told = new ArrayList<>();
        for (byte b : text) {
            told.addAll(lines.feed(new LogEntry(OutputStreamName.STDOUT, T1, new byte[] {b})));
        }

        assertThat(told).extracting(LogLine::line).containsExactly("gr€€n");
    }

    @Test
    void bytesThatAreNoCharactersAreReplaced() {
        byte[] nonsense = {'a', (byte) 0xff, 'b', '\n'};

        assertThat(lines.feed(new LogEntry(OutputStreamName.STDOUT, T1, nonsense)))
                .extracting(LogLine::line)
                .containsExactly("a\uFFFDb");
    }

    @Test
    void aTerminalsLineEndIsRemovedAndOtherReturnsStay() {
        assertThat(lines.feed(out(T1, "50%\r100%\r\n")))
                .extracting(LogLine::line)
                .containsExactly("50%\r100%");
        assertThat(lines.feed(out(T1, "split\r"))).isEmpty();
        assertThat(lines.feed(out(T2, "\nnext\n"))).extracting(LogLine::line).containsExactly("split", "next");
    }

    @Test
    void linesInTheMiddleOnBothStreamsAreNotMixed() {
        List<LogLine> told = new ArrayList<>();
        told.addAll(lines.feed(out(T1, "out-")));
        told.addAll(lines.feed(err(T2, "err-")));
        told.addAll(lines.feed(out(T2, "one\nout-")));
        told.addAll(lines.feed(err(T3, "one\n")));
        told.addAll(lines.finish());

        assertThat(told).extracting(LogLine::line).containsExactly("out-one", "err-one", "out-");
        assertThat(told).extracting(LogLine::stream).containsExactly("stdout", "stderr", "stdout");
        assertThat(told).extracting(LogLine::time).containsExactly(T1, T2, T2);
    }

    @Test
    void withoutTimesThereAreNoPlaces() {
        assertThat(lines.feed(out(null, "a\n"))).containsExactly(new LogLine(null, "stdout", "a", null));
    }

    @Test
    void aLineOverTheBoundComesInPiecesOfWholeCharacters() {
        String text = "€".repeat(900_000);
        byte[] bytes = (text + "\nshort\n").getBytes(StandardCharsets.UTF_8);
        List<LogLine> told = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += 16_384) {
            byte[] chunk = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + 16_384));
            told.addAll(lines.feed(new LogEntry(OutputStreamName.STDOUT, T1, chunk)));
        }

        assertThat(told).hasSize(4);
        assertThat(told).allMatch(line -> line.line().getBytes(StandardCharsets.UTF_8).length <= LogLines.LONGEST);
        assertThat(told.stream()
                        .limit(3)
                        .map(LogLine::line)
                        .collect(Collectors.joining())
                        .equals(text))
                .isTrue();
        assertThat(told.getLast().line()).isEqualTo("short");
        assertThat(lines.finish()).isEmpty();
    }

    @Test
    void aLineJustAtTheBoundIsOneLine() {
        List<LogLine> told = new ArrayList<>(lines.feed(out(T1, "x".repeat(LogLines.LONGEST))));
        told.addAll(lines.feed(out(T2, "\n\n")));

        assertThat(told).extracting(line -> line.line().length()).containsExactly(LogLines.LONGEST, 0);
    }

    private static String place(Instant time, int passed) {
        return new LogCursor.Place(time, passed, 0).toString();
    }

    private static LogEntry out(@Nullable Instant time, String text) {
        return new LogEntry(OutputStreamName.STDOUT, time, text.getBytes(StandardCharsets.UTF_8));
    }

    private static LogEntry err(Instant time, String text) {
        return new LogEntry(OutputStreamName.STDERR, time, text.getBytes(StandardCharsets.UTF_8));
    }
}
