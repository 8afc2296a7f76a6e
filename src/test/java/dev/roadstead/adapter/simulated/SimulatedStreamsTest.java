package dev.roadstead.adapter.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What goes into and comes out of processes in simulated containers, beyond what every engine must do. */
class SimulatedStreamsTest {
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final SimulatedEngine engine = SimulatedEngines.with("");

    @AfterEach
    void close() {
        engine.close().block();
    }

    @Test
    void aSignalReachesTheWholeGroupAndAHandlerGoesOn() {
        ExecOperations.Session session =
                exec(false, "sh", "-c", "trap 'echo got' TERM; echo ready; sleep 300; echo after $?");

        String text = text(session.output()
                .concatMap(piece -> text(piece).contains("ready")
                        ? session.signal(Signal.of("TERM")).thenReturn(piece)
                        : Mono.just(piece)));

        assertThat(text).isEqualTo("ready\ngot\nafter 143\n");
        assertThat(session.exitCode().block(WAIT)).isZero();
    }

    @Test
    void controlCEndsWhatAShellRunsAndNotTheShell() {
        ExecOperations.Session session = exec(true, "sh", "-c", "exec sh");
        type(session, "echo first; sleep 300; echo never\r");

        String text = text(session.output()
                .concatMap(piece -> text(piece).equals("first\r\n")
                        ? session.input(new byte[] {3})
                                .then(session.input(utf8("echo code $?\rexit 7\r")))
                                .thenReturn(piece)
                        : Mono.just(piece)));

        assertThat(text).contains("^C").contains("code 130\r\n").doesNotContain("\nnever");
        assertThat(session.exitCode().block(WAIT)).isEqualTo(7);
    }

    @Test
    void controlDEndsTheInputOfWhatAShellRunsAndThenTheShell() {
        ExecOperations.Session session = exec(true, "sh");

        type(session, "cat\rshown\r");
        session.input(new byte[] {4}).block(WAIT);
        type(session, "echo still here\r");
        session.input(new byte[] {4}).block(WAIT);

        // Once as it is typed, once as it is answered; how these mix is left to chance.
        String text = text(session.output());
        assertThat(text.split("shown\r\n", -1)).as(text).hasSize(3);
        assertThat(text.split("still here\r\n", -1)).as(text).hasSize(3);
        assertThat(session.exitCode().block(WAIT)).isZero();
    }

    @Test
    void anEndlessWriterThatNobodyReadsFromStopsAndGoesOnWhenRead() {
        ExecOperations.Session session = exec(false, "yes");

        // It cannot be seen from outside how much was written; what is read is bounded by what is asked for.
        StepVerifier.create(session.output().map(piece -> piece.data().length), 4)
                .expectNextCount(4)
                .expectNoEvent(Duration.ofMillis(100))
                .thenRequest(1_000)
                .expectNextCount(1_000)
                .thenCancel()
                .verify(WAIT);
        session.close().block(WAIT);

        assertThat(session.exitCode().block(WAIT)).isEqualTo(137);
    }

    @Test
    void manyBytesPassExactly() {
        ExecOperations.Session zeros = exec(false, "head", "-c", "20000001", "/dev/zero");
        assertThat(zeros.output()
                        .map(piece -> (long) piece.data().length)
                        .reduce(0L, Long::sum)
                        .block(WAIT))
                .isEqualTo(20_000_001);

        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        ExecOperations.Session cat = exec(false, "cat");
        cat.input(all).then(cat.closeInput()).block(WAIT);
        assertThat(bytes(cat.output())).isEqualTo(all);
        ExecOperations.Session sum = exec(false, "sha256sum");
        sum.input(utf8("abc")).then(sum.closeInput()).block(WAIT);
        assertThat(text(sum.output())).startsWith("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    @Test
    void whatHasEndedTakesNoInputAndNoSignal() {
        ExecOperations.Session session = exec(false, "true");
        session.exitCode().block(WAIT);

        ended(session.input(utf8("late")));
        ended(session.signal(Signal.of("TERM")));
        session.closeInput().then(session.closeInput()).block(WAIT);
    }

    @Test
    void allWhoJoinSeeWhatTheMainProcessWritesAndTheSlowestHoldsItUp() {
        ContainerId id = started(new SpecBuilder("busybox:latest")
                .command(List.of("cat"))
                .stdinOpen()
                .build());
        Attachment slow = attach(id);
        Attachment fast = attach(id);
        AtomicInteger seen = new AtomicInteger();
        Flux<ExecOutput> reading = fast.output().doOnNext(piece -> seen.addAndGet(piece.data().length));
        byte[] piece = new byte[16 << 10];

        StepVerifier.create(Flux.merge(
                        reading.then(),
                        Flux.range(0, 64).concatMap(_ -> fast.input(piece)).then()))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(300))
                .then(() -> assertThat(seen.get()).isBetween(64 << 10, 128 << 10))
                .then(() -> slow.close().block(WAIT))
                .then(() -> Awaitility.await().atMost(WAIT).until(() -> seen.get() == 64 * piece.length))
                .then(() -> fast.closeInput().block(WAIT))
                .expectComplete()
                .verify(WAIT);
        ended(fast.input(piece));
    }

    @Test
    void aContainerWithoutAnInputRefusesIt() {
        Attachment attachment = attach(started(ContainerSpec.of("busybox:latest", List.of("sleep", "300"))));

        StepVerifier.create(attachment.input(utf8("x")))
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("NO_STDIN"))
                .verify(WAIT);
    }

    @Test
    void theMainProcessMayHaveATerminal() {
        ContainerId id = started(new SpecBuilder("busybox:latest")
                .command(List.of("sh"))
                .stdinOpen()
                .tty()
                .build());
        Attachment attachment = attach(id);

        attachment.resize(101, 51).block(WAIT);
        attachment.input(utf8("stty size\rexit 3\r")).block(WAIT);

        assertThat(text(attachment.output())).contains("51 101\r\n");
        assertThat(attachment.hasTerminal()).isTrue();
    }

    @Test
    void whoJoinsATickSeesItTick() {
        Attachment attachment = attach(started(ContainerSpec.of("busybox:latest", List.of("tick", "0.01"))));

        StepVerifier.create(attachment.output().map(SimulatedStreamsTest::text).take(3))
                .expectNextCount(3)
                .expectComplete()
                .verify(WAIT);
        attachment.close().block(WAIT);
    }

    private Attachment attach(ContainerId id) {
        return Objects.requireNonNull(engine.containers().attach(id).block(WAIT));
    }

    private ContainerId started(ContainerSpec spec) {
        ContainerId id = Objects.requireNonNull(engine.containers().create(spec).block(WAIT));
        engine.containers().start(id).block(WAIT);
        return id;
    }

    private ExecOperations.Session exec(boolean tty, String... command) {
        ContainerId id = started(ContainerSpec.of("busybox:latest", List.of("sleep", "infinity")));
        return Objects.requireNonNull(engine.exec()
                .start(id, new ExecSpec(List.of(command), Map.of(), null, null, tty, null, null))
                .block(WAIT));
    }

    private static void type(Attachment session, String keys) {
        session.input(utf8(keys)).block(WAIT);
    }

    private static void ended(Mono<Void> call) {
        StepVerifier.create(call)
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("PROCESS_ENDED"))
                .verify(WAIT);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ExecOutput piece) {
        return new String(piece.data(), StandardCharsets.UTF_8);
    }

    private static String text(Flux<ExecOutput> output) {
        return new String(
                bytes(output.filter(piece -> piece.stream() == OutputStreamName.STDOUT)), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Flux<ExecOutput> output) {
        return Objects.requireNonNull(output.map(ExecOutput::data)
                        .collect(ByteArrayOutputStream::new, ByteArrayOutputStream::writeBytes)
                        .block(WAIT))
                .toByteArray();
    }
}
