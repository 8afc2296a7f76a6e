package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.all;
import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.exec.ExecSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a container wrote can be read, all or in part, afterwards or while it writes. */
public interface LogsContract extends ContractSubject {
    /** Four lines, the third on standard error, apart in time so that their order is certain. */
    String FOUR_LINES = "echo one; sleep 0.1; echo two; sleep 0.1; echo three >&2; sleep 0.1; echo four";

    @Test
    default void aLogHoldsEveryLineInOrder() {
        needsLogs();
        ContainerId id = ended(FOUR_LINES);

        List<LogEntry> entries = read(id, LogQuery.ALL);

        assertThat(text(entries)).isEqualTo("one\ntwo\nthree\nfour\n");
        assertThat(entries).allSatisfy(entry -> assertThat(entry.time()).isNull());
    }

    @Test
    default void aLogTellsItsStreamsApart() {
        needsLogs();
        needs(Capability.LOGS_STDERR);
        ContainerId id = ended(FOUR_LINES);

        assertThat(text(read(id, query(null, null, null, true, false)))).isEqualTo("one\ntwo\nfour\n");
        List<LogEntry> errors = read(id, query(null, null, null, false, true));
        assertThat(text(errors)).isEqualTo("three\n");
        assertThat(errors).allSatisfy(entry -> assertThat(entry.stream()).isEqualTo(OutputStreamName.STDERR));
    }

    @Test
    default void theTailIsTheLastLines() {
        needsLogs();
        ContainerId id = ended(FOUR_LINES);

        assertThat(text(read(id, query(2, null, null, true, true)))).isEqualTo("three\nfour\n");
        assertThat(text(read(id, query(0, null, null, true, true)))).isEmpty();
        assertThat(text(read(id, query(100, null, null, true, true)))).isEqualTo("one\ntwo\nthree\nfour\n");
    }

    @Test
    default void linesBearTheirTimesInOrder() {
        needsLogs();
        ContainerId id = ended(FOUR_LINES);

        List<Instant> times = read(id, query(null, null, null, true, true)).stream()
                .map(entry -> Objects.requireNonNull(entry.time()))
                .toList();

        assertThat(times).hasSize(4).isSorted();
        assertThat(times.getFirst())
                .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(120));
    }

    @Test
    default void sinceAndUntilIncludeTheirMoment() {
        needsLogs();
        needs(Capability.LOGS_PRECISE);
        ContainerId id = ended(FOUR_LINES);
        Instant two = Objects.requireNonNull(
                read(id, query(null, null, null, true, true)).get(1).time());
        Instant three = Objects.requireNonNull(
                read(id, query(null, null, null, true, true)).get(2).time());

        assertThat(text(read(id, query(null, two, null, true, true)))).isEqualTo("two\nthree\nfour\n");
        assertThat(text(read(id, query(null, null, two, true, true)))).isEqualTo("one\ntwo\n");
        assertThat(text(read(id, query(null, two, three, true, true)))).isEqualTo("two\nthree\n");
        assertThat(text(read(id, query(null, two.plusNanos(1), null, true, true))))
                .isEqualTo("three\nfour\n");
        assertThat(text(read(id, query(null, null, two.minusNanos(1), true, true))))
                .isEqualTo("one\n");
    }

    @Test
    default void bytesThatAreNoTextArriveAsTheyAre() {
        needsLogs();
        needs(Capability.LOGS_BINARY);
        ContainerId id = ended("printf '\\377\\000\\n'");

        assertThat(read(id, LogQuery.ALL))
                .singleElement()
                .satisfies(entry -> assertThat(entry.data()).containsExactly(0xff, 0, '\n'));
    }

    @Test
    default void aFollowedLogShowsWhatComesAndEndsWithTheProcess() {
        needsLogs();
        needs(Capability.LOGS_FOLLOW);
        ContainerId id = started(shell("echo before; sleep 1; echo after"));

        List<LogEntry> entries = read(id, new LogQuery(true, null, null, null, true, true, false));

        assertThat(text(entries)).isEqualTo("before\nafter\n");
    }

    @Test
    default void followingAnEndedContainerShowsItsLogAndEnds() {
        needsLogs();
        needs(Capability.LOGS_FOLLOW);
        ContainerId id = ended("echo done");

        assertThat(text(read(id, new LogQuery(true, null, null, null, true, true, false))))
                .isEqualTo("done\n");
    }

    @Test
    default void givingUpAFollowedLogLeavesTheContainerAlone() {
        needsLogs();
        needs(Capability.LOGS_FOLLOW);
        ContainerId id = started(shell("while :; do echo tick; sleep 0.1; done"));

        StepVerifier.create(all(containers().logs(id, new LogQuery(true, null, null, null, true, true, false))), 2)
                .expectNextCount(2)
                .thenCancel()
                .verify(WAIT);

        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
        get(containers().stop(id, Duration.ZERO));
    }

    @Test
    default void aStreamThatIsNeverReadCanBeClosedTwice() {
        needsLogs();
        ContainerId id = ended("echo unread");

        EngineStream<LogEntry> stream = get(containers().logs(id, LogQuery.ALL));
        stream.close();
        stream.close();

        assertThat(text(read(id, LogQuery.ALL))).isEqualTo("unread\n");
    }

    @Test
    default void theLogOfOneThatNeverRanIsEmpty() {
        needsLogs();

        assertThat(read(made().container(idle()), LogQuery.ALL)).isEmpty();
    }

    @Test
    default void thereIsNoLogOfWhatIsNotThere() {
        needs(Capability.LOGS);

        fails(containers().logs(NOBODY, LogQuery.ALL), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    /** Waits for the first line of a container's log. */
    static String firstLine(ContractSubject subject, ContainerId id) {
        LogEntry entry = get(all(subject.containers().logs(id, new LogQuery(true, null, null, null, true, true, false)))
                .next());
        return text(List.of(entry));
    }

    @Test
    default void whatIsWrittenToTheConsoleIsFollowed() {
        needs(Capability.LOGS, Capability.LOGS_FOLLOW, Capability.EXEC, Capability.CONSOLE);
        ContainerId id = running();
        ExecSpec write = new ExecSpec(
                List.of("sh", "-c", "echo told-to-the-console > /dev/console"),
                Map.of(),
                null,
                null,
                false,
                null,
                null);
        int code = get(Mono.usingWhen(
                engine().exec().start(id, write),
                session -> session.output().then(session.exitCode()),
                ExecOperations.Session::close));

        assertThat(code).isZero();
        StringBuilder told = new StringBuilder();
        StepVerifier.create(all(containers().logs(id, new LogQuery(true, null, null, null, true, true, false)))
                        .map(entry -> text(List.of(entry)))
                        .doOnNext(told::append)
                        .takeUntil(_ -> told.indexOf("told-to-the-console") >= 0))
                .thenConsumeWhile(_ -> true)
                .expectComplete()
                .verify(WAIT);
    }

    private void needsLogs() {
        needs(Capability.LOGS, Capability.COMMAND, Capability.WAIT);
    }

    private List<LogEntry> read(ContainerId id, LogQuery query) {
        return get(all(containers().logs(id, query)).collectList());
    }

    private static LogQuery query(
            @Nullable Integer tail, @Nullable Instant since, @Nullable Instant until, boolean stdout, boolean stderr) {
        return new LogQuery(false, tail, since, until, stdout, stderr, true);
    }

    private static String text(List<LogEntry> entries) {
        StringBuilder text = new StringBuilder();
        entries.forEach(entry -> text.append(new String(entry.data(), StandardCharsets.UTF_8)));
        return text.toString();
    }
}
