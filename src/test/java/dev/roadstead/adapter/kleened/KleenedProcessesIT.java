package dev.roadstead.adapter.kleened;

import static dev.roadstead.adapter.kleened.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.kleened.standin.KleenedStandIn;
import dev.roadstead.adapter.kleened.standin.RequiresJails;
import dev.roadstead.adapter.kleened.standin.Timing;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.ExecOperations.Session;
import dev.roadstead.engine.TestTar;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.TransportSettings;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

/** Real processes, files and output behind Kleened's sockets, on the stand-in. */
@ExtendWith(NoLeaks.class)
@RequiresJails
class KleenedProcessesIT {
    private static final Duration WAIT = Duration.ofSeconds(60);
    private static final LogQuery FOLLOW = new LogQuery(true, null, null, null, true, true, false);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private KleenedStandIn standIn;

    @SuppressWarnings("NullAway.Init")
    private EngineHttpClient http;

    @SuppressWarnings("NullAway.Init")
    private Engine engine;

    @BeforeEach
    void start() {
        begin(KleenedStandIn.Options.RECORDED, true, 64 << 10);
    }

    private void begin(KleenedStandIn.Options options, boolean capture, int memory) {
        standIn = KleenedStandIn.onUnixSocket(folder, options);
        http = new EngineHttpClient(new TransportSettings("jails", standIn.uri(), WAIT, WAIT, WAIT, 4, null, null));
        engine = new KleenedEngineFactory()
                .create(new EngineSettings(
                        new EngineName("jails"),
                        EngineKind.KLEENED,
                        standIn.uri(),
                        WAIT,
                        WAIT,
                        WAIT,
                        8,
                        null,
                        Map.of(),
                        new EngineSettings.Kleened(Duration.ofSeconds(2), false, capture, memory)));
    }

    @AfterEach
    void end() {
        engine.close().block(WAIT);
        http.close().block(WAIT);
        standIn.close();
    }

    @Test
    void aProcessTellsItsOutputAndItsExitCode() {
        ContainerId id = running();

        assertThat(run(id, "sh", "-c", "echo out; echo problem >&2; exit 5")).isEqualTo("out\nproblem\n5");
        assertThat(run(id, "/roadstead/no/such/program")).endsWith("127");
        assertThat(run(id, "sh", "-c", "printf 'a\\377\\376'")).startsWith("a").endsWith("0");
    }

    @Test
    void aProcessHasItsFolderItsEnvironmentAndItsUser() {
        ContainerId id = running();

        assertThat(run(
                        id,
                        new ExecSpec(
                                List.of("sh", "-c", "pwd; echo $X; id -un"),
                                Map.of("X", "a b"),
                                "www",
                                "/tmp",
                                false,
                                null,
                                null)))
                .isEqualTo("/tmp\na b\nwww\n0");
    }

    @Test
    void inputThatIsKnownBeforehandEnds() {
        ContainerId id = running();
        byte[] input = new byte[100_000];
        new Random(5).nextBytes(input);
        Session session = start(id, plain("cat").withInput(input.length));
        ByteArrayOutputStream back = new ByteArrayOutputStream();

        Mono.when(
                        session.input(input).then(session.closeInput()),
                        session.output().doOnNext(piece -> back.writeBytes(piece.data())))
                .block(WAIT);

        assertThat(back.toByteArray()).isEqualTo(input);
        assertThat(exitCode(session)).isZero();
        assertThat(run(id, plain("cat").withInput(0))).isEqualTo("0");
    }

    @Test
    void signalsEndAProcessOrAreHandledByIt() {
        ContainerId id = running();
        Session ended = start(id, plain("sleep", "300"));
        ended.signal(new Signal("TERM")).block(WAIT);
        assertThat(exitCode(ended)).isEqualTo(143);

        Session killed = start(id, plain("sleep", "300"));
        killed.signal(Signal.KILL).block(WAIT);
        assertThat(exitCode(killed)).isEqualTo(137);

        Session handling = start(
                id, plain("sh", "-c", "trap 'echo caught; exit 7' TERM; echo ready; while :; do sleep 0.1; done"));
        String told = text(handling.output()
                .map(piece -> piece.data())
                .concatMap(data -> new String(data, StandardCharsets.UTF_8).contains("ready")
                        ? handling.signal(new Signal("TERM")).thenReturn(data)
                        : Mono.just(data)));
        assertThat(told).isEqualTo("ready\ncaught\n");
        assertThat(exitCode(handling)).isEqualTo(7);
    }

    @Test
    void aTerminalEndsItsInputByAKey() {
        ContainerId id = running();
        Session session = start(id, new ExecSpec(List.of("cat"), Map.of(), null, null, true, 80, 24));

        session.input(utf8("line\n")).then(session.closeInput()).block(WAIT);

        assertThat(text(session.output().map(piece -> piece.data()))).contains("line");
        assertThat(exitCode(session)).isZero();
    }

    @Test
    void closingASessionEndsItsProcess() {
        ContainerId id = running();
        Session session = start(id, plain("sleep", "31415"));

        session.close().block(WAIT);

        assertThat(run(id, "true")).isEqualTo("0");
        assertThat(processes("31415")).isZero();
    }

    @Test
    void whatDoesNotRunStartsNothing() {
        ContainerId id = created("sleep", "600");

        fails(engine.exec().start(id, plain("true")), EngineException.WrongState.class, "CONTAINER_NOT_RUNNING");
        fails(
                engine.exec().start(new ContainerId("0123456789ab"), plain("true")),
                EngineException.NotFound.class,
                "NO_SUCH_CONTAINER");
    }

    @Test
    void filesGoInAndComeOutAsTheyWere() {
        ContainerId id = running();
        byte[] content = new byte[1 << 20];
        new Random(7).nextBytes(content);
        byte[] tar = new TestTar()
                .folder("roadstead")
                .file("roadstead/big.bin", content, 0640)
                .link("roadstead/link", "/roadstead/big.bin")
                .bytes();

        put(id, "/", tar);

        assertThat(engine.files().stat(id, "/roadstead/big.bin").block(WAIT))
                .satisfies(
                        stat -> assertThat(Objects.requireNonNull(stat).size()).isEqualTo(content.length))
                .satisfies(
                        stat -> assertThat(Objects.requireNonNull(stat).mode()).isEqualTo(0640));
        assertThat(Objects.requireNonNull(
                                engine.files().stat(id, "/roadstead/link").block(WAIT))
                        .target())
                .isEqualTo("/roadstead/big.bin");
        Map<String, byte[]> back = TestTar.read(bytes(engine.files().getArchive(id, "/roadstead")));
        assertThat(Arrays.equals(back.get("roadstead/big.bin"), content)).isTrue();
        put(id, "/tmp", TestTar.gzip(tar));
        assertThat(Objects.requireNonNull(engine.files()
                                .stat(id, "/tmp/roadstead/big.bin")
                                .block(WAIT))
                        .size())
                .isEqualTo(content.length);
    }

    @Test
    void pathsAndArchivesThatAreNoneAreToldApart() {
        ContainerId id = running();
        byte[] noise = new byte[4096];
        new Random(3).nextBytes(noise);

        fails(engine.files().stat(id, "/nowhere"), EngineException.NotFound.class, "NO_SUCH_PATH");
        fails(engine.files().getArchive(id, "/nowhere"), EngineException.NotFound.class, "NO_SUCH_PATH");
        fails(
                engine.files().putArchive(id, "/nowhere", Flux.just(noise)),
                EngineException.NotFound.class,
                "NO_SUCH_PATH");
        fails(
                engine.files().putArchive(id, "/etc/passwd", Flux.just(noise)),
                EngineException.InvalidRequest.class,
                "NOT_A_FOLDER");
        fails(
                engine.files().putArchive(id, "/", Flux.just(noise)),
                EngineException.InvalidRequest.class,
                "BAD_ARCHIVE");
        fails(
                engine.files().stat(created("sleep", "600"), "/etc"),
                EngineException.WrongState.class,
                "CONTAINER_NOT_RUNNING");
    }

    @Test
    void anUploadThatBreaksOffFailsAndHarmsNothing() {
        ContainerId id = running();
        Flux<byte[]> broken =
                Flux.concat(Flux.just(new byte[700]), Flux.error(new IllegalStateException("the client is gone")));

        StepVerifier.create(engine.files().putArchive(id, "/", broken))
                .expectErrorMessage("the client is gone")
                .verify(WAIT);

        assertThat(run(id, "true")).isEqualTo("0");
    }

    @Test
    void whatAContainerWritesIsKeptAndFollowed() {
        ContainerId id = created("sh", "-c", "echo before; sleep 1; echo after; printf half");
        engine.containers().start(id).block(WAIT);

        assertThat(log(id, FOLLOW)).isEqualTo("before\nafter\nhalf");
        assertThat(log(id, LogQuery.ALL)).isEqualTo("before\nafter\nhalf");
        assertThat(log(id, new LogQuery(false, 1, null, null, true, true, false)))
                .isEqualTo("half");
        assertThat(log(id, new LogQuery(false, null, null, null, false, true, false)))
                .isEmpty();
    }

    @Test
    void onlyTheEndOfALongOutputIsKept() {
        ContainerId id = created("sh", "-c", "i=0; while [ $i -lt 40000 ]; do echo line $i; i=$((i+1)); done");
        engine.containers().start(id).block(WAIT);
        Awaitility.await().atMost(WAIT).until(() -> !isRunning(id));

        String log = log(id, LogQuery.ALL);

        assertThat(log.length()).isLessThan(64 << 10);
        assertThat(log).endsWith("line 39999\n").startsWith("line ");
    }

    @Test
    void whoeverIsAttachedSeesAndSpeaksAndLeavesTheProcessAlone() {
        ContainerId id = created("sh", "-c", "while read line; do echo \"got $line\"; done");
        engine.containers().start(id).block(WAIT);
        Attachment first = attach(id);
        Attachment second = attach(id);

        StepVerifier.create(Flux.merge(first.output(), second.output())
                        .map(piece -> new String(piece.data(), StandardCharsets.UTF_8))
                        .take(2))
                .then(() -> first.input(utf8("one\n")).block(WAIT))
                .expectNext("got one\n", "got one\n")
                .expectComplete()
                .verify(WAIT);
        first.close().block(WAIT);
        second.close().block(WAIT);

        assertThat(isRunning(id)).isTrue();
        Attachment third = attach(id);
        StepVerifier.create(third.output()
                        .map(piece -> new String(piece.data(), StandardCharsets.UTF_8))
                        .take(1))
                .then(() -> third.input(utf8("two\n")).block(WAIT))
                .expectNext("got two\n")
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void aDaemonThatRestartsEndsWhatWasFollowedWithAFailureAndIsToldAsNotSeenAfterwards() {
        ContainerId id = created("sh", "-c", "echo begun; sleep 600");
        engine.containers().start(id).block(WAIT);

        StepVerifier.create(entries(id, FOLLOW))
                .expectNext("begun\n")
                .then(standIn::restart)
                .expectErrorSatisfies(failure -> assertThat(failure).isInstanceOf(EngineException.class))
                .verify(WAIT);

        assertThat(isRunning(id)).isTrue();
        fails(engine.containers().attach(id), EngineException.WrongState.class, "OUTPUT_NOT_SEEN");
        assertThat(log(id, LogQuery.ALL)).isEqualTo("begun\n");
    }

    @Test
    void withoutTheOperatorsWordNothingIsKept() {
        end();
        begin(KleenedStandIn.Options.RECORDED, false, 4096);
        ContainerId id = created("sh", "-c", "echo unseen; sleep 600");
        engine.containers().start(id).block(WAIT);

        assertThat(isRunning(id)).isTrue();
        fails(engine.containers().logs(id, LogQuery.ALL), EngineException.Unsupported.class, "UNSUPPORTED");
        fails(engine.containers().attach(id), EngineException.Unsupported.class, "UNSUPPORTED");
    }

    @Test
    void aProcessThatIsSilentForLongerThanKleenedWaitsLivesOn() {
        end();
        begin(
                KleenedStandIn.Options.RECORDED.with(Timing.RECORDED.withWebSocketIdle(Duration.ofSeconds(23))),
                false,
                4096);
        ContainerId id = created("sleep", "600");
        engine.containers().start(id).block(WAIT);

        assertThat(run(id, "sh", "-c", "sleep 26; echo alive")).isEqualTo("alive\n0");
    }

    private ContainerId created(String... command) {
        JsonNode body = KleenedWire.mapper()
                .valueToTree(Map.of("image", "FreeBSD:testing", "cmd", List.of(command), "user", "root"));
        EngineReply reply = Objects.requireNonNull(http.request(EngineRequest.post("/containers/create")
                        .json(body.toString().getBytes(StandardCharsets.UTF_8)))
                .block(WAIT));
        assertThat(reply.status()).as(reply.text()).isEqualTo(201);
        return new ContainerId(
                KleenedWire.mapper().readTree(reply.text()).path("id").asString());
    }

    private ContainerId running() {
        ContainerId id = created("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done");
        engine.containers().start(id).block(WAIT);
        return id;
    }

    private boolean isRunning(ContainerId id) {
        EngineReply reply = Objects.requireNonNull(http.request(EngineRequest.get("/containers/" + id + "/inspect"))
                .block(WAIT));
        return KleenedWire.mapper()
                .readTree(reply.text())
                .path("container")
                .path("running")
                .asBoolean();
    }

    private static long processes(String word) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(word))
                .count();
    }

    private Session start(ContainerId id, ExecSpec spec) {
        return Objects.requireNonNull(engine.exec().start(id, spec).block(WAIT));
    }

    private Attachment attach(ContainerId id) {
        return Objects.requireNonNull(engine.containers().attach(id).block(WAIT));
    }

    private String run(ContainerId id, String... command) {
        return run(id, plain(command));
    }

    private String run(ContainerId id, ExecSpec spec) {
        Session session = start(id, spec);
        return text(session.output().map(piece -> piece.data())) + exitCode(session);
    }

    private static ExecSpec plain(String... command) {
        return new ExecSpec(List.of(command), Map.of(), null, null, false, null, null);
    }

    private static String text(Flux<byte[]> output) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        output.doOnNext(all::writeBytes).blockLast(WAIT);
        return all.toString(StandardCharsets.UTF_8);
    }

    private Flux<String> entries(ContainerId id, LogQuery query) {
        return Flux.usingWhen(
                        engine.containers().logs(id, query),
                        EngineStream::items,
                        stream -> Mono.fromRunnable(stream::close))
                .map(LogEntry::data)
                .map(data -> new String(data, StandardCharsets.UTF_8));
    }

    private String log(ContainerId id, LogQuery query) {
        return String.join(
                "", Objects.requireNonNull(entries(id, query).collectList().block(WAIT)));
    }

    private static int exitCode(Session session) {
        return Objects.requireNonNull(session.exitCode().block(WAIT));
    }

    private void put(ContainerId id, String path, byte[] tar) {
        Flux<byte[]> pieces = Flux.range(0, (tar.length + 4999) / 5000)
                .map(i -> Arrays.copyOfRange(tar, i * 5000, Math.min(tar.length, (i + 1) * 5000)));
        engine.files().putArchive(id, path, pieces).block(WAIT);
    }

    private static byte[] bytes(Mono<EngineStream<byte[]>> stream) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Flux.usingWhen(stream, EngineStream::items, opened -> Mono.fromRunnable(opened::close))
                .doOnNext(all::writeBytes)
                .blockLast(WAIT);
        return all.toByteArray();
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> kind, String code) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(kind);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                })
                .verify(WAIT);
    }
}
