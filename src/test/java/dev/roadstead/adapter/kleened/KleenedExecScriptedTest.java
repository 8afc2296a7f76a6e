package dev.roadstead.adapter.kleened;

import static dev.roadstead.adapter.kleened.Frames.STARTING;
import static dev.roadstead.adapter.kleened.Frames.closing;
import static dev.roadstead.adapter.kleened.Frames.failing;
import static dev.roadstead.adapter.kleened.Frames.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ExecOperations.Session;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedRequest;
import dev.roadstead.transport.ScriptedServer;
import dev.roadstead.transport.ScriptedWebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import tools.jackson.databind.JsonNode;

/** Processes on Kleened as its daemon was recorded, good days and bad. */
@ExtendWith(NoLeaks.class)
class KleenedExecScriptedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ContainerId WEB = new ContainerId("17c5672b786d");
    private static final String STOP = "POST /exec/895a527a34fc/stop";

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final BlockingQueue<String> created = new LinkedBlockingQueue<>();
    private Engine engine = engine(WAIT);

    private Engine engine(Duration patience) {
        return new KleenedEngineFactory()
                .create(new EngineSettings(
                        new EngineName("jails"), EngineKind.KLEENED, server.uri(), WAIT, WAIT, patience, 8, null));
    }

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.awaitOpenConnections(0);
        server.close();
    }

    private void plays(ScriptedWebSocket.Play play) {
        server.on("POST /exec/create", connection -> {
                    created.add(new String(connection.readBody(), StandardCharsets.UTF_8));
                    Script.json(201, "{\"id\":\"895a527a34fc\"}").play(connection);
                })
                .on("GET /exec/start", ScriptedWebSocket.playing(play))
                .on("GET /containers/17c5672b786d/inspect", Script.json(200, "{\"container\":{\"running\":true}}"))
                .on(STOP, Script.json(200, "{\"id\":\"895a527a34fc\"}"));
    }

    @Test
    void theExitCodeIsInTheWordsOfTheFarewell() {
        plays(socket -> {
            assertThat(json(socket.read().text()))
                    .isEqualTo(json("{\"exec_id\":\"895a527a34fc\",\"attach\":true,\"start_container\":false}"));
            socket.text(STARTING).text("one\n");
            closing(socket, 1000, "895a527a34fc has exited with exit-code 3", "");
        });

        Session session = start(plain("sh", "-c", "exit 3"));

        assertThat(text(session)).isEqualTo("one\n");
        assertThat(exitCode(session)).isEqualTo(3);
        end(session);
        assertThat(requests(STOP)).isEmpty();
    }

    @Test
    void whatIsAskedForIsWhatKleenedKnows() throws Exception {
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            closing(socket, 1000, "895a527a34fc has exited with exit-code 0", "");
        });

        end(start(new ExecSpec(List.of("/bin/ls", "/"), Map.of("X", "1"), "www", null, false, null, null)));

        assertThat(json(created.take())).isEqualTo(json("""
                        {"container_id":"17c5672b786d","cmd":["/bin/ls","/"],"env":["X=1"],"user":"www","tty":false}"""));
    }

    @Test
    void theProcessMayEndBeforeAnybodyListens() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING).text("quick");
            closing(socket, 1000, "executable 895a527a34fc and its container exited with exit-code 0", "");
        });

        Session session = start(plain("true"));

        assertThat(exitCode(session)).isZero();
        assertThat(text(session)).isEqualTo("quick");
        fails(session.input(utf8("x")), EngineException.WrongState.class, "PROCESS_ENDED");
        fails(session.signal(new Signal("TERM")), EngineException.WrongState.class, "PROCESS_ENDED");
        end(session);
    }

    @Test
    void aContainerThatDoesNotRunStartsNothingAndLeavesNoExec() {
        plays(socket -> {
            socket.read();
            socket.text("error: cannot start container when 'start_container' is false.");
            failing(socket, 1011, "error starting exec instance");
        });

        fails(engine.exec().start(WEB, plain("true")), EngineException.WrongState.class, "CONTAINER_NOT_RUNNING");

        assertThat(requests(STOP)).singleElement().asString().contains("stop_container=false");
    }

    @Test
    void aContainerThatWentMeanwhileIsNotFound() {
        plays(socket -> {
            socket.read();
            socket.text("error: container not found");
            failing(socket, 1011, "error starting exec instance");
        });

        fails(engine.exec().start(WEB, plain("true")), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    void aCrashTellsNothingAndIsAFailure() {
        plays(socket -> {
            socket.read();
            socket.raw(Frames.farewell(1011, "")).awaitEnd();
        });

        fails(engine.exec().start(WEB, plain("true")), EngineException.Failed.class, KleenedErrors.CRASHED);
    }

    @Test
    void aBadConfigurationIsAFailure() {
        plays(socket -> {
            socket.read();
            failing(socket, 1002, "invalid parameters: Missing field: attach");
        });

        StepVerifier.create(engine.exec().start(WEB, plain("true")))
                .expectErrorSatisfies(failure -> assertThat(failure).hasMessageContaining("Missing field"))
                .verify(WAIT);
    }

    @Test
    void aDaemonThatDropsTheSocketInTheMiddleFailsOutputAndExitCode() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING).text("half").cut();
        });

        Session session = start(plain("yes"));

        StepVerifier.create(session.output().map(piece -> new String(piece.data(), StandardCharsets.UTF_8)))
                .expectNext("half")
                .expectErrorSatisfies(failure -> assertThat(code(failure)).isEqualTo("ENGINE_BROKE_OFF"))
                .verify(WAIT);
        fails(session.exitCode(), EngineException.Failed.class, "ENGINE_BROKE_OFF");
        end(session);
    }

    @Test
    void aCloseWithoutJsonTellsNoExitCode() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            socket.raw(Frames.farewell(1000, "")).awaitEnd();
        });

        Session session = start(plain("sleep", "100"));

        fails(session.exitCode(), EngineException.Failed.class, "ENGINE_BROKE_OFF");
        end(session);
    }

    @Test
    void aLinkThatBreaksWithItsContainerIsNotFound() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING).cut();
        });
        server.on("GET /containers/17c5672b786d/inspect", Script.json(404, "{\"message\":\"container not found\"}"));

        Session session = start(plain("sleep", "100"));

        fails(session.exitCode(), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
        end(session);
    }

    @Test
    void inputGoesInAsItIsAndCannotBeEndedAlone() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            socket.send(ScriptedWebSocket.TEXT, socket.read().data());
            closing(socket, 1000, "895a527a34fc has exited with exit-code 0", "");
        });
        Session session = start(plain("cat"));
        byte[] noText = {0, 1, (byte) 0xff, '\n'};

        fails(session.closeInput(), EngineException.Unsupported.class, "UNSUPPORTED");
        session.input(noText).block(WAIT);

        StepVerifier.create(session.output())
                .assertNext(piece -> assertThat(piece.data()).isEqualTo(noText))
                .expectComplete()
                .verify(WAIT);
        run(session.closeInput());
        end(session);
    }

    @Test
    void inputThatIsKnownBeforehandEnds() throws Exception {
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            socket.send(ScriptedWebSocket.TEXT, socket.read().data());
            closing(socket, 1000, "895a527a34fc has exited with exit-code 0", "");
        });
        Session session = start(plain("cat").withInput(6));

        run(session.input(utf8("hello\n")).then(session.closeInput()));

        assertThat(text(session)).isEqualTo("hello\n");
        assertThat(json(created.take()).path("cmd").values())
                .extracting(JsonNode::asString)
                .containsExactly("/bin/sh", "-c", "head -c 6 | \"$@\"", "sh", "cat");
        fails(session.input(utf8("more")), EngineException.WrongState.class, "INPUT_CLOSED");
        end(session);
    }

    @Test
    void atATerminalAKeyEndsTheInputAndKeysAreSignals() throws Exception {
        BlockingQueue<String> typed = new LinkedBlockingQueue<>();
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            for (int count = 0; count < 3; count++) {
                typed.add(socket.read().text());
            }
            closing(socket, 1000, "895a527a34fc has exited with exit-code 130", "");
        });
        Session session = start(new ExecSpec(List.of("cat"), Map.of(), null, "/tmp", true, 91, 31));

        run(session.signal(new Signal("INT")));
        run(session.input(utf8("half")));
        run(session.closeInput());

        assertThat(exitCode(session)).isEqualTo(130);
        assertThat(typed).containsExactly("\u0003", "half", "\u0004\u0004");
        JsonNode asked = json(created.take());
        assertThat(asked.path("tty").asBoolean()).isTrue();
        assertThat(asked.path("env").values()).extracting(JsonNode::asString).contains("TERM=xterm");
        assertThat(asked.path("cmd").path(2).asString())
                .contains("stty columns 91 rows 31")
                .contains("cd -- \"$1\"");
        fails(session.resize(80, 24), EngineException.Unsupported.class, "UNSUPPORTED");
        end(session);
    }

    @Test
    void aSignalIsAStopOfTheExec() {
        CountDownLatch stopped = new CountDownLatch(1);
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            await(stopped);
            closing(socket, 1000, "895a527a34fc has exited with exit-code 143", "");
        });
        server.on(STOP, connection -> {
            stopped.countDown();
            Script.json(200, "{\"id\":\"895a527a34fc\"}").play(connection);
        });
        Session session = start(plain("sleep", "100"));

        fails(session.signal(new Signal("HUP")), EngineException.Unsupported.class, "UNSUPPORTED");
        run(session.signal(new Signal("TERM")));

        assertThat(exitCode(session)).isEqualTo(143);
        assertThat(requests(STOP)).singleElement().asString().contains("force_stop=false", "stop_container=false");
        end(session);
    }

    @Test
    void closingKillsAndLeaves() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            if (socket.read().opcode() == ScriptedWebSocket.CLOSE) {
                left.countDown();
            }
        });
        Session session = start(plain("sleep", "100"));

        end(session);
        end(session);

        assertThat(left.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(requests(STOP)).singleElement().asString().contains("force_stop=true", "stop_container=false");
    }

    @Test
    void aSessionThatNobodyTouchesIsEnded() {
        engine.close().block(WAIT);
        engine = engine(Duration.ofMillis(300));
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            socket.awaitEnd();
        });

        start(plain("sleep", "100"));

        Awaitility.await().atMost(WAIT).until(() -> !requests(STOP).isEmpty());
    }

    @Test
    void aStartThatIsGivenUpLeavesNoExec() {
        CountDownLatch asked = new CountDownLatch(1);
        plays(socket -> {
            socket.read();
            asked.countDown();
            socket.awaitEnd();
        });

        StepVerifier.create(engine.exec().start(WEB, plain("sleep", "100")))
                .expectSubscription()
                .then(() -> await(asked))
                .thenCancel()
                .verify(WAIT);

        Awaitility.await().atMost(WAIT).until(() -> requests(STOP).size() == 1);
    }

    @Test
    void manyBytesComeAsFastAsTheyAreReadAndNoFaster() {
        plays(socket -> {
            socket.read();
            socket.text(STARTING);
            for (int count = 0; count < 512; count++) {
                socket.send(ScriptedWebSocket.TEXT, new byte[32 << 10]);
            }
            closing(socket, 1000, "895a527a34fc has exited with exit-code 0", "");
        });
        Session session = start(plain("cat", "/dev/zero"));

        long bytes = Objects.requireNonNull(session.output()
                .limitRate(1)
                .concatMap(piece -> Mono.delay(Duration.ofMillis(1)).thenReturn((long) piece.data().length), 1)
                .reduce(0L, Long::sum)
                .block(WAIT));

        assertThat(bytes).isEqualTo(512L * (32 << 10));
        end(session);
    }

    @Test
    void usersAndContainersThatAreNoneAreNeverSent() {
        plays(socket -> socket.awaitEnd());

        fails(
                engine.exec().start(WEB, new ExecSpec(List.of("ls"), Map.of(), "www -n", null, false, null, null)),
                EngineException.InvalidRequest.class,
                "INVALID_REQUEST");
        fails(
                engine.exec().start(new ContainerId("17c5"), plain("ls")),
                EngineException.NotFound.class,
                "NO_SUCH_CONTAINER");
        assertThat(created).isEmpty();
    }

    private Session start(ExecSpec spec) {
        return Objects.requireNonNull(engine.exec().start(WEB, spec).block(WAIT));
    }

    private List<String> requests(String methodAndPath) {
        String path = methodAndPath.substring(methodAndPath.indexOf(' ') + 1);
        return server.requests().stream()
                .map(ScriptedRequest::target)
                .filter(target -> target.startsWith(path))
                .toList();
    }

    private static ExecSpec plain(String... command) {
        return new ExecSpec(List.of(command), Map.of(), null, null, false, null, null);
    }

    private static JsonNode json(String text) {
        return KleenedWire.mapper().readTree(text);
    }

    private static String text(Session session) {
        StringBuilder text = new StringBuilder();
        session.output()
                .doOnNext(piece -> text.append(new String(piece.data(), StandardCharsets.UTF_8)))
                .blockLast(WAIT);
        return text.toString();
    }

    private static int exitCode(Session session) {
        return Objects.requireNonNull(session.exitCode().block(WAIT));
    }

    private static void end(Session session) {
        session.close().block(WAIT);
    }

    private static void run(Mono<Void> call) {
        call.block(WAIT);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static String code(Throwable failure) {
        return ((EngineException) failure).code();
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> kind, String code) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(kind);
                    assertThat(code(failure)).isEqualTo(code);
                })
                .verify(WAIT);
    }
}
