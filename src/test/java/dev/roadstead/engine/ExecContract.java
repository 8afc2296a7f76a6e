package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static dev.roadstead.engine.ContractSubject.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Processes run beside a container's main one, with input, output and an exit code. */
public interface ExecContract extends ContractSubject {
    @Test
    default void aProcessTellsItsOutputAndExitCode() {
        needs(Capability.EXEC);

        ExecOperations.Session session = start(running(), "sh", "-c", "echo out; exit 5");
        List<ExecOutput> output = get(session.output().collectList());

        assertThat(OutputText.of(output, OutputStreamName.STDOUT)).isEqualTo("out\n");
        assertThat(get(session.exitCode())).isEqualTo(5);
        run(session.close());
    }

    @Test
    default void bothOutputsAreToldApart() {
        needs(Capability.EXEC, Capability.EXEC_STDERR);

        ExecOperations.Session session = start(running(), "sh", "-c", "echo out; echo err >&2; exit 5");
        List<ExecOutput> output = get(session.output().collectList());

        assertThat(OutputText.of(output, OutputStreamName.STDOUT)).isEqualTo("out\n");
        assertThat(OutputText.of(output, OutputStreamName.STDERR)).isEqualTo("err\n");
        assertThat(get(session.exitCode())).isEqualTo(5);
        run(session.close());
    }

    @Test
    default void inputReachesTheProcessUntilItIsClosed() {
        needs(Capability.EXEC, Capability.EXEC_EOF);
        ExecOperations.Session session = start(running(), "cat");

        Mono<Void> writing = session.input(utf8("first\n"))
                .then(session.input(utf8("second\n")))
                .then(session.closeInput());
        List<ExecOutput> output = get(Flux.merge(session.output(), writing.thenMany(Flux.<ExecOutput>empty()))
                .collectList());

        assertThat(OutputText.of(output, OutputStreamName.STDOUT)).isEqualTo("first\nsecond\n");
        assertThat(get(session.exitCode())).isZero();
        run(session.close());
    }

    @Test
    default void theExitCodeIsToldThoughNobodyReadsTheOutput() {
        needs(Capability.EXEC);
        ContainerId id = running();
        for (boolean tty : List.of(false, true)) {
            ExecSpec spec =
                    new ExecSpec(List.of("sh", "-c", "echo out; exit 6"), Map.of(), null, null, tty, null, null);
            ExecOperations.Session session = get(engine().exec().start(id, spec));

            assertThat(get(session.exitCode())).as("terminal: %s", tty).isEqualTo(6);
            run(session.close());
        }
    }

    @Test
    default void aProgramThatIsNotThereEndsWith126Or127() {
        needs(Capability.EXEC);
        ExecOperations.Session session = start(running(), "/roadstead-test-no-such-program");

        session.output().blockLast(WAIT);

        assertThat(get(session.exitCode())).isIn(126, 127);
        run(session.close());
    }

    @Test
    default void aProcessHasItsOwnEnvironmentAndFolder() {
        needs(Capability.EXEC);
        ExecSpec spec = new ExecSpec(
                List.of("sh", "-c", "echo $ROADSTEAD; pwd"),
                Map.of("ROADSTEAD", "here"),
                null,
                "/tmp",
                false,
                null,
                null);

        ExecOperations.Session session = get(engine().exec().start(running(), spec));

        assertThat(OutputText.of(get(session.output().collectList()), OutputStreamName.STDOUT))
                .isEqualTo("here\n/tmp\n");
        run(session.close());
    }

    @Test
    default void aTerminalHasTheSizeItWasGivenBeforeItsFirstInput() {
        needs(Capability.EXEC, Capability.EXEC_RESIZE);
        ExecSpec spec = new ExecSpec(
                List.of("sh", "-c", "read first; stty size; read second; stty size; read third"),
                Map.of(),
                null,
                null,
                true,
                91,
                31);
        ExecOperations.Session session = get(engine().exec().start(running(), spec));

        run(session.input(utf8("\n")));
        Mono<Void> resizing = session.resize(120, 40).then(session.input(utf8("\n")));
        List<ExecOutput> output = get(session.output()
                .concatMap(piece -> {
                    String text = new String(piece.data(), StandardCharsets.UTF_8);
                    // The process stays until it was heard: LXD 5.0 may lose what a terminal shows in its last moment.
                    return text.contains("31 91")
                            ? resizing.thenReturn(piece)
                            : text.contains("40 120")
                                    ? session.input(utf8("\n")).thenReturn(piece)
                                    : Mono.just(piece);
                })
                .collectList());

        assertThat(output).allSatisfy(piece -> assertThat(piece.stream()).isEqualTo(OutputStreamName.STDOUT));
        assertThat(OutputText.of(output, OutputStreamName.STDOUT))
                .contains("31 91")
                .contains("40 120");
        run(session.close());
    }

    @Test
    default void aProcessWithoutATerminalHasNoSize() {
        needs(Capability.EXEC, Capability.EXEC_RESIZE);
        ExecOperations.Session session = start(running(), "cat");

        fails(session.resize(80, 24), EngineException.WrongState.class);

        run(session.close());
    }

    @Test
    default void closingASessionEndsItsProcessAndNotTheContainer() {
        needs(Capability.EXEC);
        ContainerId id = running();
        ExecOperations.Session session = start(id, "sleep", "300");

        run(session.close());
        run(session.close());

        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
        assertThat(get(start(id, "true").exitCode())).isZero();
    }

    @Test
    default void aClosedSessionsProcessIsGone() {
        needs(Capability.EXEC, Capability.TOP);
        ContainerId id = running();
        ExecOperations.Session session = start(id, "sleep", "31415");
        awaitProcesses(id, "31415", 1);

        run(session.close());

        awaitProcesses(id, "31415", 0);
    }

    @Test
    default void aStartThatIsCancelledLeavesNoProcess() {
        needs(Capability.EXEC, Capability.TOP);
        ContainerId id = running();
        // A session that comes at the moment of the cancel is ours, but lost on its way here.
        List<ExecOperations.Session> lost = new CopyOnWriteArrayList<>();

        Flux.range(0, 12)
                .flatMap(number -> engine().exec()
                        .start(id, spec("sleep", "31415"))
                        .doOnNext(lost::add)
                        .take(Duration.ofMillis(number * 15L))
                        .doOnNext(lost::remove)
                        .flatMap(ExecOperations.Session::close)
                        .onErrorComplete(EngineException.class))
                .then()
                .block(WAIT);

        Awaitility.await("processes left").atMost(WAIT).until(() -> {
            lost.forEach(session -> run(session.close()));
            return processes(id, "31415") == 0;
        });
        assertThat(lost).as("come in spite of a cancel").hasSizeLessThan(3);
    }

    @Test
    default void aSignalEndsAProcessWith128AndItsNumber() {
        needs(Capability.EXEC, Capability.EXEC_SIGNAL);
        ExecOperations.Session session = start(running(), "sleep", "300");

        run(session.signal(new Signal("TERM")));

        assertThat(get(session.exitCode())).isEqualTo(143);
        run(session.close());
    }

    @Test
    default void aProcessMayHandleItsSignals() {
        needs(Capability.EXEC, Capability.EXEC_SIGNAL);
        ExecOperations.Session session = start(
                running(), "sh", "-c", "trap 'echo caught; exit 7' TERM; echo ready; while :; do sleep 0.1; done");

        List<ExecOutput> output = get(session.output()
                .concatMap(piece -> OutputText.of(piece).contains("ready")
                        ? session.signal(new Signal("TERM")).thenReturn(piece)
                        : Mono.just(piece))
                .collectList());

        assertThat(OutputText.of(output, OutputStreamName.STDOUT)).isEqualTo("ready\ncaught\n");
        assertThat(get(session.exitCode())).isEqualTo(7);
        run(session.close());
    }

    @Test
    default void aProcessThatHasEndedTakesNothingMore() {
        needs(Capability.EXEC, Capability.EXEC_SIGNAL);
        ExecOperations.Session session = start(running(), "true");
        session.output().blockLast(WAIT);
        get(session.exitCode());

        fails(session.input(utf8("x")), EngineException.WrongState.class, "PROCESS_ENDED");
        fails(session.signal(new Signal("TERM")), EngineException.WrongState.class, "PROCESS_ENDED");
        run(session.close());
    }

    @Test
    default void everyByteComesBackAsItWas() {
        needs(Capability.EXEC, Capability.EXEC_EOF);
        byte[] every = new byte[256];
        for (int value = 0; value < every.length; value++) {
            every[value] = (byte) value;
        }
        ExecOperations.Session session = start(running(), "cat");

        List<ExecOutput> output = get(conversation(session, Flux.just(every)));

        assertThat(OutputText.bytes(output, OutputStreamName.STDOUT)).isEqualTo(every);
        run(session.close());
    }

    @Test
    default void muchDataComesBackWholeThoughItIsReadSlowly() {
        needs(Capability.EXEC, Capability.EXEC_EOF);
        int pieces = 256;
        byte[] piece = new byte[32 << 10];
        new Random(3).nextBytes(piece);
        ExecOperations.Session session = start(running(), "cat");
        AtomicLong received = new AtomicLong();
        CRC32 checksum = new CRC32();

        Mono<Void> writing =
                Flux.range(0, pieces).concatMap(_ -> session.input(piece), 1).then(session.closeInput());
        Flux<ExecOutput> reading = session.output()
                .limitRate(1)
                .concatMap(some -> Mono.delay(Duration.ofMillis(2)).thenReturn(some), 1)
                .doOnNext(some -> {
                    received.addAndGet(some.data().length);
                    checksum.update(some.data());
                });
        Mono.when(reading, writing).block(WAIT);

        CRC32 expected = new CRC32();
        for (int i = 0; i < pieces; i++) {
            expected.update(piece);
        }
        assertThat(received).hasValue((long) pieces * piece.length);
        assertThat(checksum.getValue()).isEqualTo(expected.getValue());
        assertThat(get(session.exitCode())).isZero();
        run(session.close());
    }

    @Test
    default void outputGoesOnAfterTheInputsEnd() {
        needs(Capability.EXEC, Capability.EXEC_EOF);
        ExecOperations.Session session = start(running(), "sh", "-c", "cat; sleep 0.3; echo after; exit 4");

        List<ExecOutput> output = get(conversation(session, Flux.just(utf8("before\n"))));

        assertThat(OutputText.of(output, OutputStreamName.STDOUT)).isEqualTo("before\nafter\n");
        assertThat(get(session.exitCode())).isEqualTo(4);
        run(session.closeInput());
        run(session.close());
    }

    @Test
    default void sessionsOfOneContainerDoNotMix() {
        needs(Capability.EXEC, Capability.EXEC_EOF);
        ContainerId id = running();
        ExecOperations.Session first = start(id, "cat");
        ExecOperations.Session second = start(id, "cat");

        List<List<ExecOutput>> outputs = get(Mono.zip(
                conversation(first, Flux.just(utf8("one"))),
                conversation(second, Flux.just(utf8("two"))),
                (one, two) -> List.of(one, two)));

        assertThat(outputs)
                .extracting(output -> OutputText.of(output, OutputStreamName.STDOUT))
                .containsExactly("one", "two");
        run(first.close());
        run(second.close());
    }

    @Test
    default void aTerminalMergesTheOutputs() {
        needs(Capability.EXEC);
        ExecSpec spec = new ExecSpec(
                List.of("sh", "-c", "echo out; echo problem >&2; read end"), Map.of(), null, null, true, null, null);
        ExecOperations.Session session = get(engine().exec().start(running(), spec));

        List<ExecOutput> output = get(session.output()
                .concatMap(piece -> OutputText.of(piece).contains("problem")
                        ? session.input(utf8("\n")).thenReturn(piece)
                        : Mono.just(piece))
                .collectList());

        assertThat(session.hasTerminal()).isTrue();
        assertThat(OutputText.of(output, OutputStreamName.STDOUT))
                .contains("out")
                .contains("problem");
        assertThat(OutputText.of(output, OutputStreamName.STDERR)).isEmpty();
        run(session.close());
    }

    @Test
    default void whatDoesNotRunStartsNoProcess() {
        needs(Capability.EXEC);

        fails(engine().exec().start(made().container(idle()), spec("true")), EngineException.WrongState.class);
        fails(engine().exec().start(stopped(), spec("true")), EngineException.WrongState.class);
        fails(engine().exec().start(NOBODY, spec("true")), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    private ExecOperations.Session start(ContainerId id, String... command) {
        return get(engine().exec().start(id, spec(command)));
    }

    private static ExecSpec spec(String... command) {
        return new ExecSpec(List.of(command), Map.of(), null, null, false, null, null);
    }

    /** Says this to its end, and listens meanwhile. */
    private static Mono<List<ExecOutput>> conversation(ExecOperations.Session session, Flux<byte[]> input) {
        Mono<Void> writing = input.concatMap(session::input).then(session.closeInput());
        return Flux.merge(session.output(), writing.thenMany(Flux.<ExecOutput>empty()))
                .collectList();
    }

    private void awaitProcesses(ContainerId id, String word, int expected) {
        Awaitility.await("processes with " + word)
                .atMost(WAIT)
                .until(() -> processes(id, word), count -> count == expected);
    }

    private long processes(ContainerId id, String word) {
        return get(containers().top(id)).processes().stream()
                .filter(row -> String.join(" ", row).contains(word))
                .count();
    }
}
