package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static dev.roadstead.engine.ContractSubject.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Processes run beside a container's main one, with input, output and an exit code. */
public interface ExecContract extends ContractSubject {
    @Test
    default void aProcessTellsItsOutputsAndExitCode() {
        needs(Capability.EXEC);

        ExecOperations.Session session = start(running(), "sh", "-c", "echo out; echo err >&2; exit 5");
        List<ExecOutput> output = get(session.output().collectList());

        assertThat(text(output, OutputStreamName.STDOUT)).isEqualTo("out\n");
        assertThat(text(output, OutputStreamName.STDERR)).isEqualTo("err\n");
        assertThat(get(session.exitCode())).isEqualTo(5);
        run(session.close());
    }

    @Test
    default void inputReachesTheProcessUntilItIsClosed() {
        needs(Capability.EXEC);
        ExecOperations.Session session = start(running(), "cat");

        Mono<Void> writing = session.input(utf8("first\n"))
                .then(session.input(utf8("second\n")))
                .then(session.closeInput());
        List<ExecOutput> output = get(Flux.merge(session.output(), writing.thenMany(Flux.<ExecOutput>empty()))
                .collectList());

        assertThat(text(output, OutputStreamName.STDOUT)).isEqualTo("first\nsecond\n");
        assertThat(get(session.exitCode())).isZero();
        run(session.close());
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

        assertThat(text(get(session.output().collectList()), OutputStreamName.STDOUT))
                .isEqualTo("here\n/tmp\n");
        run(session.close());
    }

    @Test
    default void aTerminalHasTheSizeItWasGivenBeforeItsFirstInput() {
        needs(Capability.EXEC, Capability.EXEC_RESIZE);
        ExecSpec spec = new ExecSpec(
                List.of("sh", "-c", "read first; stty size; read second; stty size"),
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
                .concatMap(piece -> new String(piece.data(), StandardCharsets.UTF_8).contains("31 91")
                        ? resizing.thenReturn(piece)
                        : Mono.just(piece))
                .collectList());

        assertThat(output).allSatisfy(piece -> assertThat(piece.stream()).isEqualTo(OutputStreamName.STDOUT));
        assertThat(text(output, OutputStreamName.STDOUT)).contains("31 91").contains("40 120");
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

    private static String text(List<ExecOutput> output, OutputStreamName stream) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        output.stream().filter(piece -> piece.stream() == stream).forEach(piece -> bytes.writeBytes(piece.data()));
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
