package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static dev.roadstead.engine.ContractSubject.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.exec.ExecOutput;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Joining a container's main process: its output from now on, its input, its terminal. */
public interface AttachContract extends ContractSubject {
    @Test
    default void anAttachmentSpeaksWithTheMainProcessUntilThatEnds() {
        needs(Capability.ATTACH, Capability.COMMAND, Capability.LOGS_STDERR);
        ContainerId id = started(reading("read line; echo \"got $line\"; echo problem >&2; exit 3"));

        Attachment attachment = get(containers().attach(id));
        List<ExecOutput> output = get(conversation(attachment, utf8("question\n")));

        assertThat(attachment.hasTerminal()).isFalse();
        assertThat(OutputText.of(output, OutputStreamName.STDOUT)).isEqualTo("got question\n");
        assertThat(OutputText.of(output, OutputStreamName.STDERR)).isEqualTo("problem\n");
        assertThat(get(containers().await(id, WaitCondition.NOT_RUNNING)).exitCode())
                .isEqualTo(3);
        run(attachment.close());
        run(attachment.close());
    }

    @Test
    default void everyoneAttachedSeesTheSameOutput() {
        needs(Capability.ATTACH, Capability.COMMAND);
        ContainerId id = started(reading("read line; echo \"got $line\""));
        Attachment first = get(containers().attach(id));
        Attachment second = get(containers().attach(id));

        List<List<ExecOutput>> outputs = get(Mono.zip(
                second.output().collectList(),
                conversation(first, utf8("question\n")),
                (one, other) -> List.of(one, other)));

        assertThat(outputs)
                .allSatisfy(output -> assertThat(OutputText.of(output, OutputStreamName.STDOUT))
                        .isEqualTo("got question\n"));
        run(first.close());
        run(second.close());
    }

    @Test
    default void lettingGoLeavesTheProcessAlone() {
        needs(Capability.ATTACH, Capability.DETACH, Capability.COMMAND);
        ContainerId id = started(reading("while read line; do echo \"got $line\"; done"));
        Attachment first = get(containers().attach(id));
        StepVerifier.create(first.output().take(1))
                .expectSubscription()
                .then(() -> run(first.input(utf8("one\n"))))
                .expectNextCount(1)
                .expectComplete()
                .verify(WAIT);

        run(first.close());

        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
        Attachment second = get(containers().attach(id));
        StepVerifier.create(second.output().map(OutputText::of).take(1))
                .expectSubscription()
                .then(() -> run(second.input(utf8("two\n"))))
                .expectNext("got two\n")
                .expectComplete()
                .verify(WAIT);
        run(second.close());
    }

    @Test
    default void onceLetGoOfAnotherMayAttach() {
        needs(Capability.ATTACH, Capability.DETACH);
        ContainerId id = running();

        run(get(containers().attach(id)).close());

        assertThat(status(id)).isEqualTo(ContainerStatus.RUNNING);
        run(get(containers().attach(id)).close());
    }

    @Test
    default void anAttachmentEndsWhenItsContainerIsStopped() {
        needs(Capability.ATTACH);
        ContainerId id = running();
        Attachment attachment = get(containers().attach(id));

        StepVerifier.create(attachment.output().then())
                .expectSubscription()
                .then(() -> run(containers().stop(id, Duration.ofSeconds(10))))
                .expectComplete()
                .verify(WAIT);

        run(attachment.close());
    }

    @Test
    default void aTerminalOfAContainerMergesItsOutputsAndHasASize() {
        needs(Capability.ATTACH, Capability.COMMAND, Capability.TTY);
        ContainerSpec spec = new SpecBuilder(image())
                .command(List.of("sh", "-c", "read line; stty size; echo problem >&2"))
                .tty()
                .stdinOpen()
                .build();
        Attachment attachment = get(containers().attach(started(spec)));

        run(attachment.resize(91, 31));
        List<ExecOutput> output = get(conversation(attachment, utf8("\n")));

        assertThat(attachment.hasTerminal()).isTrue();
        assertThat(OutputText.of(output, OutputStreamName.STDOUT))
                .contains("31 91")
                .contains("problem");
        assertThat(OutputText.of(output, OutputStreamName.STDERR)).isEmpty();
        run(attachment.close());
    }

    @Test
    default void aConsoleIsATerminalWhoseInputStaysOpen() {
        needs(Capability.ATTACH, Capability.CONSOLE);
        Attachment attachment = get(containers().attach(running()));

        assertThat(attachment.hasTerminal()).isTrue();
        run(attachment.resize(80, 24));
        run(attachment.input(utf8("x\n")));
        fails(attachment.closeInput(), EngineException.WrongState.class, "STDIN_STAYS_OPEN");

        run(attachment.close());
        run(attachment.close());
    }

    @Test
    default void withoutATerminalThereIsNoSize() {
        needs(Capability.ATTACH, Capability.TTY);
        Attachment attachment = get(containers().attach(running()));

        fails(attachment.resize(80, 24), EngineException.WrongState.class, "NO_TERMINAL");

        run(attachment.close());
    }

    @Test
    default void aContainerCreatedWithoutAnInputTakesNone() {
        needs(Capability.ATTACH, Capability.TTY);
        Attachment attachment = get(containers().attach(running()));

        fails(attachment.input(utf8("x\n")), EngineException.WrongState.class, "NO_STDIN");

        run(attachment.close());
    }

    @Test
    default void whatDoesNotRunCannotBeAttachedTo() {
        needs(Capability.ATTACH);

        fails(containers().attach(made().container(idle())), EngineException.WrongState.class);
        fails(containers().attach(stopped()), EngineException.WrongState.class);
        fails(containers().attach(NOBODY), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    private ContainerSpec reading(String script) {
        return new SpecBuilder(image())
                .command(List.of("sh", "-c", script))
                .stdinOpen()
                .build();
    }

    /** Listens to the end, and says this meanwhile. */
    private static Mono<List<ExecOutput>> conversation(Attachment attachment, byte[] input) {
        return Flux.merge(attachment.output(), attachment.input(input).thenMany(Flux.<ExecOutput>empty()))
                .collectList();
    }
}
