package dev.roadstead.adapter.docker;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static dev.roadstead.engine.ContractSubject.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.ContractSubject;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ExecOperations.Session;
import dev.roadstead.engine.OutputText;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.engine.TestTar;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.TransportSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Processes in containers of a real Docker daemon, in the ways of Docker: shells that are not there, users, sessions, TLS. */
@RequiresLab("docker")
class DockerExecIT {
    private static final Duration WAIT = ContractSubject.WAIT;
    private static final String IDLE = "trap 'exit 0' TERM; while :; do sleep 0.1; done";
    private static final int GONE = -1;
    private static final Signal TERM = new Signal("TERM");

    private final Engine engine = DockerEngineIT.engine(Lab.docker(), null);
    private final TestObjects made = new TestObjects(engine);

    @AfterEach
    void clean() {
        made.removeAll();
        engine.close().block(WAIT);
    }

    @Test
    void closingEndsTheWholeSessionAndNoDaemonThatLeftIt() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, "sh", "-c", "sleep 31415 & setsid sleep 27182 & echo ready; wait");
        session.output().blockFirst(WAIT);
        awaitProcesses(id, "sleep 31415", 1);
        awaitProcesses(id, "sleep 27182", 1);

        run(session.close());

        awaitProcesses(id, "sleep 31415", 0);
        awaitProcesses(id, "sleep 27182", 1);
        assertThat(get(session.exitCode())).isEqualTo(137);
    }

    @Test
    void closingEndsWhatHoldsTheOutputOfAProcessThatHasEnded() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, "sh", "-c", "sleep 31415 & echo ready");
        session.output().blockFirst(WAIT);
        assertThat(get(session.exitCode())).isZero();
        awaitProcesses(id, "sleep 31415", 1);

        run(session.close());

        awaitProcesses(id, "sleep 31415", 0);
    }

    @Test
    void aSignalReachesTheWholeGroup() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, "sh", "-c", "sleep 31415 & echo ready; wait");
        session.output().blockFirst(WAIT);

        run(session.signal(TERM));

        assertThat(get(session.exitCode())).isEqualTo(143);
        awaitProcesses(id, "sleep 31415", 0);
        run(session.close());
    }

    @Test
    void anotherUsersProcessIsReachedToo() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, spec("1000:1000", false, "sh", "-c", "sleep 31415 & echo ready; wait"));
        session.output().blockFirst(WAIT);

        run(session.signal(TERM));
        assertThat(get(session.exitCode())).isEqualTo(143);
        run(session.close());

        Session second = start(id, spec("1000", false, "sleep", "31415"));
        run(second.close());
        awaitProcesses(id, "sleep 31415", 0);
    }

    @Test
    void aProcessRunsAsTheUserItWasGiven() {
        ContainerId id = started(shell(IDLE));

        assertThat(printed(start(id, spec("1000:1001", false, "sh", "-c", "id -u; id -g"))))
                .isEqualTo("1000\n1001\n");
        assertThat(printed(start(id, spec("root", false, "id", "-u")))).isEqualTo("0\n");
    }

    @Test
    void theUserOfTheContainerIsReachedToo() {
        ContainerId id = started(SpecBuilder.like(shell(IDLE)).user("1000:1000").build());
        Session session = start(id, "sleep", "31415");

        run(session.close());

        awaitProcesses(id, "sleep 31415", 0);
    }

    @Test
    void withoutAShellNothingIsSignalledButEndsWithItsInput() {
        ContainerId id = started(shellless());
        Session session = start(id, "/bin/cat");

        unsupported(session.signal(TERM));
        run(session.close());

        assertThat(get(session.exitCode())).isZero();
        awaitProcesses(id, "/bin/cat", 1);
    }

    @Test
    void withoutAShellAProcessThatDoesNotHeedItsInputIsLeftAndThatIsTold() {
        ContainerId id = started(shellless());
        Session session = start(id, "/bin/sleep", "31415");

        unsupported(session.close());

        awaitProcesses(id, "/bin/sleep 31415", 1);
    }

    @Test
    void theKeysOfATerminalReachTheProgramAtOnce() {
        ContainerId id = started(shell(IDLE));
        Session session =
                start(id, spec(null, true, "sh", "-c", "stty raw -echo; echo ready; head -c 2 | od -An -tx1"));
        StringBuilder seen = new StringBuilder();

        // Docker's own farewell: control-P, control-Q.
        session.output()
                .concatMap(piece -> OutputText.of(piece).contains("ready")
                        ? session.input(new byte[] {0x10})
                                .then(session.input(new byte[] {0x11}))
                                .thenReturn(piece)
                        : Mono.just(piece))
                .doOnNext(piece -> seen.append(OutputText.of(piece)))
                .blockLast(WAIT);

        assertThat(seen.toString()).contains("10 11");
        run(session.close());
    }

    @Test
    void controlSpaceReachesTheProgramAtOnce() {
        ContainerId id = started(shell(IDLE));
        Session session =
                start(id, spec(null, true, "sh", "-c", "stty raw -echo; echo ready; head -c 1 | od -An -tx1"));

        String seen = OutputText.of(
                get(session.output()
                        .concatMap(piece -> OutputText.of(piece).contains("ready")
                                ? session.input(new byte[] {0}).thenReturn(piece)
                                : Mono.just(piece))
                        .collectList()),
                OutputStreamName.STDOUT);

        assertThat(seen).contains("00");
        run(session.close());
    }

    @Test
    void theEndOfInputAtATerminalIsAKey() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, spec(null, true, "sh", "-c", "cat; echo; sleep 0.2; echo after"));

        List<ExecOutput> output = get(conversation(session, Flux.just(utf8("half a line"))));

        assertThat(OutputText.of(output, OutputStreamName.STDOUT)).contains("after");
        assertThat(get(session.exitCode())).isZero();
        run(session.close());
    }

    @Test
    void closingEndsAnInteractiveShellAndItsJobs() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, spec(null, true, "sh"));
        run(session.input(utf8("sleep 31415 &\nsleep 27182\n")));
        awaitProcesses(id, "sleep 31415", 1);
        awaitProcesses(id, "sleep 27182", 1);

        run(session.close());

        awaitProcesses(id, "sleep 31415", 0);
        awaitProcesses(id, "sleep 27182", 0);
    }

    @Test
    void interruptingATerminalReachesItsForegroundOnly() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, spec(null, true, "sh"));
        run(session.input(utf8("sleep 31415\n")));
        awaitProcesses(id, "sleep 31415", 1);

        run(session.signal(new Signal("INT")));
        awaitProcesses(id, "sleep 31415", 0);
        run(session.input(utf8("exit 6\n")));

        assertThat(get(session.exitCode())).isEqualTo(6);
        run(session.close());
    }

    @Test
    void outputThatTheProcessTurnsElsewhereIsNoBrokenConnection() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, "sh", "-c", "echo said; exec >/dev/null 2>&1; sleep 3");

        assertThat(OutputText.of(get(conversation(session, Flux.empty())), OutputStreamName.STDOUT))
                .isEqualTo("said\n");

        assertThat(get(session.exitCode())).isZero();
        run(session.close());
    }

    @Test
    void aContainerRemovedInBetweenEndsEverything() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, "sh", "-c", "echo ready; sleep 300");
        List<ExecOutput> output = get(session.output()
                .concatMap(piece -> engine.containers().remove(id, true, true).thenReturn(piece))
                .collectList());

        assertThat(OutputText.of(output, OutputStreamName.STDOUT)).isEqualTo("ready\n");
        run(session.close());
        // Unless the daemon still knew it when its output ended.
        assertThat(get(session.exitCode().onErrorReturn(EngineException.NotFound.class, GONE)))
                .isIn(137, GONE);
        fails(session.signal(TERM), EngineException.WrongState.class, "PROCESS_ENDED");
    }

    @Test
    void aContainerStoppedInBetweenEndsItsProcessesAndClosingSucceeds() {
        ContainerId id = started(shell(IDLE));
        Session session = start(id, "sleep", "300");

        get(engine.containers().stop(id, Duration.ofSeconds(5)));

        run(session.close());
        assertThat(get(session.exitCode())).isEqualTo(137);
    }

    @Test
    void aPausedContainerStartsNoProcess() {
        ContainerId id = started(shell(IDLE));
        get(engine.containers().pause(id));

        fails(engine.exec().start(id, spec(null, false, "true")), EngineException.WrongState.class);

        get(engine.containers().unpause(id));
    }

    @Test
    void overMutualTlsTheEndOfInputArrivesAndNothingIsLost() {
        Path pki = Lab.pki();
        PemSslStoreDetails keys = PemSslStoreDetails.forCertificate(
                        pki.resolve("client.pem").toUri().toString())
                .withPrivateKey(pki.resolve("client.key").toUri().toString());
        PemSslStoreDetails trust =
                PemSslStoreDetails.forCertificate(pki.resolve("ca.pem").toUri().toString());
        SslManagerBundle managers = SslManagerBundle.from(new PemSslStoreBundle(keys, trust), null);
        Engine secure = DockerEngineIT.engine(
                Lab.dockerTls(),
                new EngineSettings.Tls(managers.getKeyManagerFactory(), managers.getTrustManagerFactory()));
        ContainerId id = started(shell(IDLE));
        try {
            echoesMuch(secure, id);
        } finally {
            secure.close().block(WAIT);
        }
    }

    @Test
    void overTcpTheEndOfInputArrivesAndNothingIsLost() {
        Engine remote = DockerEngineIT.engine(Lab.dockerTcp(), null);
        ContainerId id = started(shell(IDLE));
        try {
            echoesMuch(remote, id);
        } finally {
            remote.close().block(WAIT);
        }
    }

    private static void echoesMuch(Engine engine, ContainerId id) {
        Session session = get(engine.exec().start(id, spec(null, false, "sh", "-c", "cat; echo end")));
        byte[] piece = new byte[64 << 10];
        List<ExecOutput> output = get(conversation(session, Flux.range(0, 64).map(_ -> piece)));

        assertThat(OutputText.bytes(output, OutputStreamName.STDOUT)).hasSize(64 * piece.length + 4);
        assertThat(get(session.exitCode())).isZero();
        run(session.close());
    }

    @Test
    void whatDockerKeepsOpenCannotBeClosedByOneWhoIsAttached() {
        ContainerId id = started(new SpecBuilder("busybox:latest")
                .command(List.of("cat"))
                .stdinOpen()
                .build());
        Attachment attachment = get(engine.containers().attach(id));

        fails(attachment.closeInput(), EngineException.WrongState.class, "STDIN_STAYS_OPEN");

        run(attachment.close());
    }

    @Test
    void manySessionsLeaveNoFileOpenAndNoProcess() throws IOException {
        ContainerId id = started(shell(IDLE));
        sessions(id, 20);
        long before = openFiles();

        sessions(id, 60);

        Awaitility.await()
                .atMost(WAIT)
                .untilAsserted(() -> assertThat(openFiles()).isLessThanOrEqualTo(before + 4));
        awaitProcesses(id, "31415", 0);
    }

    private void sessions(ContainerId id, int count) {
        Flux.range(0, count)
                .flatMap(
                        number -> engine.exec()
                                .start(id, spec(null, number % 2 == 0, "sleep", number % 3 == 0 ? "0" : "31415"))
                                .flatMap(session -> number % 3 == 0
                                        ? session.output()
                                                .then(session.exitCode())
                                                .then(session.close())
                                        : session.close()),
                        6)
                .blockLast(WAIT.multipliedBy(2));
    }

    private static long openFiles() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
            return files.count();
        }
    }

    /** A container whose image has two programs and no shell. */
    private ContainerSpec shellless() {
        ContainerId donor = started(shell(IDLE));
        byte[] busybox = Objects.requireNonNull(
                TestTar.read(ContractSubject.bytes(engine.files().getArchive(donor, "/bin/busybox")))
                        .get("busybox"));
        byte[] image = new TestTar()
                .folder("bin")
                .file("bin/cat", busybox, 0755)
                .file("bin/sleep", busybox, 0755)
                .bytes();
        EngineHttpClient http =
                new EngineHttpClient(new TransportSettings("raw", Lab.docker(), WAIT, WAIT, WAIT, 2, null, null));
        String reference = made.imageReference();
        assertThat(get(http.request(
                                EngineRequest.post("/images/create?fromSrc=-&repo=" + reference.replace(":", "&tag="))
                                        .upload("application/x-tar", Flux.just(image))))
                        .status())
                .isEqualTo(200);
        run(http.close());
        return new SpecBuilder(reference)
                .command(List.of("/bin/cat"))
                .stdinOpen()
                .build();
    }

    private static ContainerSpec shell(String script) {
        return ContainerSpec.of("busybox:latest", List.of("sh", "-c", script));
    }

    private ContainerId started(ContainerSpec spec) {
        ContainerId id = made.container(spec);
        get(engine.containers().start(id));
        return id;
    }

    private Session start(ContainerId id, String... command) {
        return start(id, spec(null, false, command));
    }

    private Session start(ContainerId id, ExecSpec spec) {
        return get(engine.exec().start(id, spec));
    }

    private static ExecSpec spec(@Nullable String user, boolean terminal, String... command) {
        return new ExecSpec(List.of(command), Map.of(), user, null, terminal, null, null);
    }

    private static String printed(Session session) {
        String text = OutputText.of(get(session.output().collectList()), OutputStreamName.STDOUT);
        run(session.close());
        return text;
    }

    private static Mono<List<ExecOutput>> conversation(Session session, Flux<byte[]> input) {
        Mono<Void> writing = input.concatMap(session::input).then(session.closeInput());
        return Flux.merge(session.output(), writing.thenMany(Flux.<ExecOutput>empty()))
                .collectList();
    }

    private static void unsupported(Mono<Void> call) {
        StepVerifier.create(call)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(EngineException.Unsupported.class)
                        .hasMessageContaining("no shell"))
                .verify(WAIT);
    }

    private void awaitProcesses(ContainerId id, String command, int expected) {
        Awaitility.await("processes: " + command)
                .atMost(WAIT)
                .until(
                        () -> get(engine.containers().top(id)).processes().stream()
                                .filter(row -> row.getLast().endsWith(command))
                                .count(),
                        count -> count == expected);
    }
}
