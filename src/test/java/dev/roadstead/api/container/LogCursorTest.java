package dev.roadstead.api.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.OutputStreamName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever leaves at any line and comes back with its cursor gets what follows, each line once. */
class LogCursorTest {
    private static final Instant T = Instant.parse("2026-11-23T09:30:02.000000001Z");
    private static final OutputStreamName OUT = OutputStreamName.STDOUT;
    private static final OutputStreamName ERR = OutputStreamName.STDERR;

    @Test
    void aLineThatBeganBeforeTheCursorComesWhole() {
        resumesExactlyEverywhere(List.of(
                entry(OUT, 1, "before\n"),
                entry(ERR, 2, "begun early, "),
                entry(OUT, 3, "meanwhile\n"),
                entry(ERR, 4, "ended late\n"),
                entry(OUT, 5, "after\n")));
    }

    @Test
    void aLineThatBeganLongBeforeTheCursorComesWholeToo() {
        resumesExactlyEverywhere(List.of(
                entry(ERR, 1, "begun early, "),
                entry(OUT, 30_000_000_000L, "meanwhile\n"),
                entry(OUT, 60_000_000_000L, "still\n"),
                entry(ERR, 90_000_000_000L, "ended late\n")));
    }

    @Test
    void entriesWrittenDownInAnotherOrderThanTheirTimesAreNotLost() {
        resumesExactlyEverywhere(List.of(
                entry(OUT, 10, "one\n"),
                entry(ERR, 9, "late\n"),
                entry(ERR, 12, "two\n"),
                entry(OUT, 11, "late too\n"),
                entry(OUT, 12, "same time\n"),
                entry(ERR, 12, "and again\n")));
    }

    /** Docker gives all pieces of a line the time of the first. */
    @Test
    void theEndOfALongLineMayBeOlderThanWhatCameBefore() {
        resumesExactlyEverywhere(List.of(
                entry(OUT, 1, "first piece, "),
                entry(ERR, 2, "meanwhile\n"),
                entry(OUT, 1, "second piece, "),
                entry(ERR, 3, "still\n"),
                entry(OUT, 1, "end\n"),
                entry(ERR, 4, "after\n")));
    }

    @Test
    void aLineThatIsNotEndedYetGoesOnWhereItWas() {
        LogEntry begun = entry(OUT, 1, "begun");
        List<LogLine> told = read(List.of(begun), null);
        assertThat(told).extracting(LogLine::line).containsExactly("begun");
        LogCursor cursor = cursor(told.getLast());

        assertThat(read(List.of(begun), cursor)).isEmpty();
        assertThat(read(List.of(begun, entry(OUT, 2, ", ended\nnext\n")), cursor))
                .extracting(LogLine::line)
                .containsExactly(", ended", "next");
        assertThat(read(List.of(begun, entry(OUT, 2, "\r\n"), entry(ERR, 3, "next\n")), cursor))
                .extracting(LogLine::line)
                .containsExactly("next");
    }

    @Test
    void aLineOverTheBoundGoesOnBehindEachOfItsPieces() {
        String piece = "€".repeat(200_000);
        List<LogEntry> log = new ArrayList<>(List.of(entry(ERR, 1, "before\n")));
        for (int i = 0; i < 8; i++) {
            log.add(entry(OUT, 2 + i, piece));
            log.add(entry(ERR, 2 + i, "meanwhile\n"));
        }
        log.add(entry(OUT, 20, "\n"));
        log.add(entry(OUT, 20, "after\n"));

        resumesExactlyEverywhere(log);
    }

    @Test
    void aLogThatWasReadFromItsEndGoesOnWithoutWhatCameBefore() {
        List<LogEntry> log = List.of(entry(ERR, 1, "unwanted\n"), entry(OUT, 2, "last\n"), entry(ERR, 3, "new\n"));
        LogLine last = new LogLines(null, null, true).feed(log.get(1)).getFirst();

        assertThat(read(log, cursor(last))).extracting(LogLine::line).containsExactly("new");
    }

    @Test
    void aLogThatWasReadFromATimeOnGoesOnWithoutWhatCameBefore() {
        List<LogEntry> log = List.of(entry(ERR, 1, "unwanted\n"), entry(OUT, 3, "wanted\n"), entry(ERR, 2, "late\n"));
        LogLine wanted =
                new LogLines(null, T.plusNanos(2), false).feed(log.get(1)).getFirst();

        assertThat(read(log, cursor(wanted))).extracting(LogLine::line).containsExactly("late");
    }

    /** Whatever the order in which lines of both outputs begin, end, and are written down. */
    @Test
    void everyLogGoesOnExactlyAtEveryLine() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            resumesExactlyEverywhere(log(random));
        }
    }

    @Test
    void cursorsAreShortWhileOnlyOneOutputIsUsed() {
        List<LogLine> told = read(List.of(entry(OUT, 1, "a\n"), entry(OUT, 5, "b\n")), null);

        assertThat(told)
                .extracting(LogLine::cursor)
                .containsExactly("o1795426202000000002-1", "o1795426202000000006-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "o",
                "1795426202000000001-0",
                "o1795426202000000001",
                "o1795426202000000001-",
                "e1795426202000000001-1o1795426202000000001-1",
                "o1795426202000000001-1e",
                "o1795426202000000001-1 ",
                "o179542620200000000179542620200000000-1",
                "o1795426202000000001-1.1.1"
            })
    void whatIsNoCursorIsRefused(String text) {
        assertThatThrownBy(() -> LogCursor.parse("since_cursor", text)).isInstanceOf(ProblemException.class);
    }

    /** Lines of one to three pieces; within an output times never fall, between the two they may by a little. */
    private static List<LogEntry> log(Random random) {
        boolean piecesShareTime = random.nextBoolean();
        long now = 0;
        long[] last = new long[2];
        int[] lines = new int[2];
        int[] pieces = new int[2];
        List<LogEntry> log = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            now += random.nextInt(10) == 0 ? random.nextLong(5_000_000_000L) : random.nextInt(3);
            int stream = random.nextInt(random.nextBoolean() ? 1 : 2);
            long skewed = random.nextInt(3) == 0 ? now - random.nextInt(20) : now;
            boolean within = pieces[stream] > 0;
            last[stream] =
                    within && piecesShareTime ? last[stream] : Math.max(last[stream] + random.nextInt(2), skewed);
            boolean end = pieces[stream] == 2 || random.nextInt(3) > 0;
            String text = "%d:%d.%d".formatted(stream, lines[stream], pieces[stream]) + (end ? "\n" : " ");
            if (end && random.nextInt(8) == 0) {
                text += "%d:%d again\n".formatted(stream, lines[stream]);
            }
            log.add(entry(stream == 0 ? OUT : ERR, last[stream], text));
            lines[stream] += end ? 1 : 0;
            pieces[stream] = end ? 0 : pieces[stream] + 1;
        }
        return log;
    }

    private static void resumesExactlyEverywhere(List<LogEntry> log) {
        List<LogLine> all = read(log, null);
        // Twice: the cursors of a reader who came back are as good as those of one who did not.
        for (int first = 0; first < all.size(); first++) {
            List<LogLine> rest = read(log, cursor(all.get(first)));
            sameLines(all, all.subList(0, first + 1), rest);
            if (!rest.isEmpty()) {
                int second = first % rest.size();
                List<LogLine> seen = new ArrayList<>(all.subList(0, first + 1));
                seen.addAll(rest.subList(0, second + 1));
                sameLines(all, seen, read(log, cursor(rest.get(second))));
            }
        }
    }

    private static void sameLines(List<LogLine> all, List<LogLine> before, List<LogLine> after) {
        List<LogLine> both = new ArrayList<>(before);
        both.addAll(after);
        for (OutputStreamName stream : OutputStreamName.values()) {
            assertThat(texts(both, stream)).isEqualTo(texts(all, stream));
        }
    }

    private static List<String> texts(List<LogLine> lines, OutputStreamName stream) {
        return lines.stream()
                .filter(line -> line.stream().equals(stream.word()))
                .map(LogLine::line)
                .toList();
    }

    /** What a reader gets: the engine leaves out what is older than the cursor wants. */
    private static List<LogLine> read(List<LogEntry> log, @Nullable LogCursor after) {
        LogLines lines = new LogLines(after, null, false);
        List<LogLine> told = new ArrayList<>();
        for (LogEntry entry : log) {
            if (after == null || !Objects.requireNonNull(entry.time()).isBefore(after.from())) {
                told.addAll(lines.feed(entry));
            }
        }
        told.addAll(lines.finish());
        return told;
    }

    private static LogCursor cursor(LogLine line) {
        LogCursor cursor = LogCursor.parse("cursor", Objects.requireNonNull(line.cursor()));
        assertThat(cursor.toString()).isEqualTo(line.cursor());
        return cursor;
    }

    private static LogEntry entry(OutputStreamName stream, long nanos, String text) {
        return new LogEntry(stream, T.plusNanos(nanos), text.getBytes(StandardCharsets.UTF_8));
    }
}
