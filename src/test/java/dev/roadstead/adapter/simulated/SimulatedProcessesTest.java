package dev.roadstead.adapter.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.PathStat;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What processes in simulated containers do beyond what every engine must. */
class SimulatedProcessesTest {
    private static final Duration WAIT = Duration.ofSeconds(10);

    private final SimulatedEngine engine = SimulatedEngines.with("");
    private ContainerId container = new ContainerId("none");

    @BeforeEach
    void start() {
        container = created(ContainerSpec.of("busybox:latest", List.of("sleep", "infinity")));
        engine.containers().start(container).block();
    }

    @AfterEach
    void close() {
        engine.close().block();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "echo a && echo b § a.b. § 0",
                "false && echo no || echo yes § yes. § 0",
                "if false; then echo x; elif true; then echo y; else echo z; fi § y. § 0",
                "for i in 1 2 3; do echo -n $i; done § 123 § 0",
                "A='single $A'; echo \"$A\" ${A} \"\\$A\" § single $A single $A $A. § 0",
                "echo one > /tmp/f; echo two >> /tmp/f; cat /tmp/f § one.two. § 0",
                "mkdir /tmp/d && cd /tmp/d && pwd && touch x && ls § /tmp/d.x. § 0",
                "false; echo $? § 1. § 0",
                "[ -f /etc/passwd ] && [ ! -f ] ; [ a = b ] § `` § 1",
                "sh -c 'exit 3'; echo $? § 3. § 0",
                "echo hidden 2>&1 >/dev/null; nonsense 2>/dev/null § `` § 127",
                "exec sh -c 'exit 4'; echo never § `` § 4",
                "until true; do echo never; done; printf 'x%s\\n' y § xy. § 0",
                "if true; then § `` § 2",
                "echo a | cat § `` § 2"
            })
    void scriptsDoWhatAShellDoes(String script, String output, int code) {
        ExecOperations.Session session = exec(false, "sh", "-c", script);

        assertThat(text(session)).isEqualTo(output == null ? "" : output.replace('.', '\n'));
        assertThat(session.exitCode().block(WAIT)).isEqualTo(code);
    }

    @Test
    void aShellOnATerminalPromptsShowsWhatIsTypedAndEnds() {
        ExecOperations.Session session = exec(true, "sh");

        session.input("echo hello\rexit 6\r".getBytes(StandardCharsets.UTF_8)).block(WAIT);

        assertThat(text(session)).contains("/ # ").containsPattern("(?s)echo hello\r\n.*hello\r\n");
        assertThat(session.exitCode().block(WAIT)).isEqualTo(6);
    }

    @Test
    void controlCInterruptsWhatRunsOnATerminal() {
        ExecOperations.Session session = exec(true, "sleep", "300");

        session.input(new byte[] {3}).block(WAIT);

        assertThat(session.exitCode().block(WAIT)).isEqualTo(130);
    }

    @Test
    void aProcessThatNobodyReadsFromHoldsItsInputUp() {
        ExecOperations.Session session = exec(false, "cat");
        byte[] piece = new byte[16 << 10];
        AtomicInteger taken = new AtomicInteger();

        StepVerifier.create(Flux.range(0, 1_000)
                        .concatMap(_ -> session.input(piece).doOnSuccess(_ -> taken.incrementAndGet())))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(200))
                .thenCancel()
                .verify(WAIT);

        assertThat(taken.get()).isBetween(4, 12);
        Mono<Long> read =
                session.output().map(output -> (long) output.data().length).reduce(0L, Long::sum);
        session.closeInput().block();
        assertThat(read.block(WAIT)).isGreaterThanOrEqualTo(taken.longValue() * piece.length);
    }

    @Test
    void whatAProcessWritesIsInTheContainersFiles() {
        text(exec(false, "sh", "-c", "echo hello > /tmp/made.txt"));

        assertThat(engine.files()
                        .stat(container, "/tmp/made.txt")
                        .map(PathStat::size)
                        .block())
                .isEqualTo(6);
    }

    @Test
    void processesEndWithTheirContainer() {
        ExecOperations.Session session = exec(false, "sleep", "infinity");

        engine.containers().stop(container, Duration.ZERO).block(WAIT);

        assertThat(session.exitCode().block(WAIT)).isEqualTo(137);
    }

    @Test
    void aPausedContainerDoesNothingUntilItIsUnpaused() {
        ContainerId id = created(ContainerSpec.of("busybox:latest", List.of("sh", "-c", "sleep 0.1; exit 3")));
        engine.containers().start(id).block();
        engine.containers().pause(id).block();

        StepVerifier.create(engine.containers().await(id, WaitCondition.NOT_RUNNING))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(300))
                .then(() -> engine.containers().unpause(id).block())
                .assertNext(state -> assertThat(state.exitCode()).isEqualTo(3))
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void aContainerIsRestartedAsItsPolicySays() {
        ContainerId id = created(new SpecBuilder("busybox:latest")
                .command(List.of("sh", "-c", "echo run >> /runs; exit 1"))
                .restartPolicy(new RestartPolicy(RestartPolicy.Name.ON_FAILURE, 2))
                .build());
        engine.containers().start(id).block();

        Awaitility.await().atMost(WAIT).untilAsserted(() -> {
            ContainerState state =
                    Objects.requireNonNull(engine.containers().state(id).block());
            assertThat(state.status()).isEqualTo(ContainerStatus.STOPPED);
        });
        assertThat(engine.files().stat(id, "/runs").map(PathStat::size).block()).isEqualTo("run\nrun\nrun\n".length());
    }

    @Test
    void aStoppedContainerIsNotRestarted() {
        ContainerId id = created(new SpecBuilder("busybox:latest")
                .command(List.of("sleep", "infinity"))
                .restartPolicy(new RestartPolicy(RestartPolicy.Name.ALWAYS, 0))
                .build());
        engine.containers().start(id).block();

        engine.containers().stop(id, Duration.ofSeconds(1)).block(WAIT);

        assertThat(engine.containers().inspect(id).map(Container::state).block())
                .extracting(ContainerState::status)
                .isEqualTo(ContainerStatus.STOPPED);
    }

    private ContainerId created(ContainerSpec spec) {
        return Objects.requireNonNull(engine.containers().create(spec).block());
    }

    private ExecOperations.Session exec(boolean tty, String... command) {
        return Objects.requireNonNull(engine.exec()
                .start(container, new ExecSpec(Arrays.asList(command), Map.of(), null, null, tty, null, null))
                .block());
    }

    private static String text(ExecOperations.Session session) {
        return Objects.requireNonNull(session.output()
                .filter(output -> output.stream() == OutputStreamName.STDOUT)
                .map(ExecOutput::data)
                .map(data -> new String(data, StandardCharsets.UTF_8))
                .reduce("", String::concat)
                .block(WAIT));
    }
}
