package dev.roadstead.api.container;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.OutputStreamName;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Which lines of a log a client wants, the same for every form.
 *
 * @param tail only so many of the last lines; null: all
 * @param since inclusive
 * @param until inclusive
 * @param streams words of the outputs
 * @param after only what comes behind it
 */
record LogsWanted(
        boolean follow,
        @Nullable Integer tail,
        @Nullable Instant since,
        @Nullable Instant until,
        Set<String> streams,
        @Nullable LogCursor after) {

    /**
     * Reads what a client says.
     *
     * @param tail a number, or {@code all}
     * @throws ProblemException if it makes no sense
     */
    static LogsWanted of(
            boolean follow,
            String tail,
            @Nullable Instant since,
            @Nullable Instant until,
            boolean stdout,
            boolean stderr,
            @Nullable LogCursor after) {
        if (!stdout && !stderr) {
            throw ProblemException.invalid(
                    "INVALID_STDOUT", "stdout", false, "stdout, stderr: at least one of them must be wanted");
        }
        return new LogsWanted(follow, tail(tail), since, until, streams(stdout, stderr), after);
    }

    private static @Nullable Integer tail(String text) {
        if (text.equals("all")) {
            return null;
        }
        try {
            int lines = Integer.parseInt(text);
            if (lines >= 0) {
                return lines;
            }
        } catch (NumberFormatException notANumber) {
            ProblemException failure = invalidTail(text);
            failure.initCause(notANumber);
            throw failure;
        }
        throw invalidTail(text);
    }

    private static ProblemException invalidTail(String text) {
        return ProblemException.invalid(
                "INVALID_TAIL", "tail", text, "tail: %s (expected: a number of lines, or all)".formatted(text));
    }

    private static Set<String> streams(boolean stdout, boolean stderr) {
        return stdout && stderr
                ? Set.of(OutputStreamName.STDOUT.word(), OutputStreamName.STDERR.word())
                : Set.of((stdout ? OutputStreamName.STDOUT : OutputStreamName.STDERR).word());
    }

    /** What the engine is asked for if its bytes are passed on as they come. */
    LogQuery directly(boolean timestamps) {
        return new LogQuery(
                follow,
                tail,
                since,
                until,
                streams.contains(OutputStreamName.STDOUT.word()),
                streams.contains(OutputStreamName.STDERR.word()),
                timestamps);
    }

    /** What the engine is asked for to make lines of it. Both outputs: a cursor tells the place in each, whichever are shown. */
    LogQuery withCursors() {
        boolean both = streams.size() == 2 || tail == null;
        return new LogQuery(
                follow,
                // Whoever goes on behind a line wants all that came since, also more than the tail asked for at first.
                after == null ? tail : null,
                from(),
                until,
                both || streams.contains(OutputStreamName.STDOUT.word()),
                both || streams.contains(OutputStreamName.STDERR.word()),
                true);
    }

    private @Nullable Instant from() {
        if (after == null) {
            return since;
        }
        return since != null && since.isAfter(after.from()) ? since : after.from();
    }

    /** The lines that are wanted of what the engine tells. */
    Flux<LogLine> lines(Flux<LogEntry> entries) {
        return Flux.defer(() -> {
            LogLines assembler = new LogLines(after, since, after == null && tail != null);
            return entries.concatMapIterable(assembler::feed, 1)
                    .concatWith(Flux.defer(() -> Flux.fromIterable(assembler.finish())))
                    .filter(line -> streams.contains(line.stream()));
        });
    }
}
