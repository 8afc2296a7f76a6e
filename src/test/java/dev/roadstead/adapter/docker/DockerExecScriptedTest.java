package dev.roadstead.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ExecOperations.Session;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedRequest;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Processes on daemons that are older, newer or stranger than the one at hand. */
@ExtendWith(NoLeaks.class)
class DockerExecScriptedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ContainerId WEB = new ContainerId("web");
    private static final String SWITCHED = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    private static final String RUNNING = "{\"Running\":true,\"ExitCode\":null}";

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = ScriptedDocker.engine(server.uri(), WAIT);
    private final List<String> bodies = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.close();
    }

    private void speaks(String version, Script start, Script... inspections) {
        server.on("GET /version", ScriptedDocker.version(version, "1.12"))
                .on("GET /v%s/containers/web/json".formatted(version), ScriptedDocker.container("running", false))
                .on("POST /v%s/containers/web/exec".formatted(version), connection -> {
                    bodies.add(new String(connection.readBody(), StandardCharsets.UTF_8));
                    Script.json(201, "{\"Id\":\"e1\"}").play(connection);
                })
                .on("POST /v%s/exec/e1/start".formatted(version), connection -> {
                    bodies.add(new String(connection.readBody(), StandardCharsets.UTF_8));
                    start.play(connection);
                })
                .on("POST /v%s/exec/e1/resize".formatted(version), Script.empty(201))
                .on("GET /v%s/exec/e1/json".formatted(version), inspections);
    }

    @Test
    void aDaemonThatTakesTheSizeIsGivenItAtOnce() {
        speaks("1.44", Script.rawThenClose(SWITCHED), ended(0));

        Session session = start(terminal());

        assertThat(bodies).hasSize(2).allSatisfy(body -> assertThat(body).contains("\"ConsoleSize\":[31,91]"));
        assertThat(asked()).noneMatch(target -> target.contains("resize"));
        end(session);
    }

    @Test
    void anOlderDaemonIsToldTheSizeBeforeAnybodyGetsTheSession() {
        speaks("1.41", Script.rawThenClose(SWITCHED), ended(0));

        Session session = start(terminal());

        assertThat(asked()).last().isEqualTo("/v1.41/exec/e1/resize?h=31&w=91");
        assertThat(bodies).hasSize(2).noneMatch(body -> body.contains("ConsoleSize"));
        end(session);
    }

    @Test
    void theMarkCannotBeChosenByTheCaller() {
        speaks("1.41", Script.rawThenClose(SWITCHED), ended(0));

        end(start(new ExecSpec(List.of("true"), Map.of("ROADSTEAD_EXEC", "mine"), null, null, false, null, null)));

        assertThat(bodies.getFirst()).containsPattern("ROADSTEAD_EXEC=mine\",\"ROADSTEAD_EXEC=[0-9a-f]{32}\"]");
    }

    @Test
    void aStartWithoutAnAnswerIsEndedIfItRuns() {
        Engine hasty = ScriptedDocker.patient(server.uri(), Duration.ofMillis(500), WAIT);
        speaks("1.41", Script.silence(), Script.json(200, RUNNING));

        fails(hasty.exec().start(WEB, plain()), EngineException.TimedOut.class, "ENGINE_TIMEOUT");

        assertThat(bodies).filteredOn(body -> body.contains("/bin/sh")).isNotEmpty();
        hasty.close().block(WAIT);
    }

    @Test
    void aCallerWhoLeavesDuringTheStartLeavesNoProcess() {
        CountDownLatch left = new CountDownLatch(1);
        speaks(
                "1.41",
                connection -> {
                    awaitLatch(left);
                    Script.rawThenSilence(SWITCHED).play(connection);
                },
                Script.json(200, RUNNING));

        StepVerifier.create(engine.exec().start(WEB, plain()))
                .expectSubscription()
                .then(() -> Awaitility.await().atMost(WAIT).until(() -> bodies.size() == 2))
                .thenCancel()
                .verify(WAIT);
        left.countDown();

        Awaitility.await().atMost(WAIT).until(() -> bodies.stream().anyMatch(body -> body.contains("/bin/sh")));
    }

    @Test
    void aSessionThatNobodyTouchesIsEnded() {
        Engine hasty = ScriptedDocker.patient(server.uri(), Duration.ofMillis(500), WAIT);
        speaks("1.41", Script.rawThenSilence(SWITCHED), Script.json(200, RUNNING));

        var _ = hasty.exec().start(WEB, plain()).block(WAIT);

        Awaitility.await().atMost(WAIT).until(() -> bodies.stream().anyMatch(body -> body.contains("/bin/sh")));
        hasty.close().block(WAIT);
    }

    private static void awaitLatch(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IOException(stopped);
        }
    }

    @Test
    void anEndThatTheDaemonKnowsNothingOfIsABreak() {
        speaks(
                "1.41",
                Script.rawThenClose(SWITCHED + "\1\0\0\0\0\0\0\1x"),
                Script.json(404, "{\"message\":\"No such exec instance: e1\"}"));
        Session session = start(plain());

        fails(session.output(), EngineException.Failed.class, "ENGINE_BROKE_OFF");
        end(session);
    }

    @Test
    void anEndInTheMiddleOfAFrameIsABreak() {
        speaks("1.41", Script.rawThenClose(SWITCHED + "\1\0\0\0\0\0\0\7x"), ended(0));
        Session session = start(plain());

        fails(session.output(), EngineException.Failed.class, "ENGINE_BROKE_OFF");
        end(session);
    }

    @Test
    void theExitCodeIsAskedForUntilThereIsOne() {
        speaks(
                "1.41",
                Script.rawThenClose(SWITCHED),
                Script.json(200, RUNNING),
                Script.json(200, RUNNING),
                Script.json(200, "{\"Running\":false,\"ExitCode\":null}"),
                ended(3));
        Session session = start(plain());

        StepVerifier.create(session.exitCode()).expectNext(3).expectComplete().verify(WAIT);
        end(session);
    }

    @Test
    void aProcessThatNeitherRunsNorEndedIsNonsense() {
        speaks("1.41", Script.rawThenClose(SWITCHED), Script.json(200, "{\"Running\":false,\"ExitCode\":null}"));
        Session session = start(plain());

        fails(session.exitCode(), EngineException.Failed.class, "ENGINE_NONSENSE");
    }

    @Test
    void aRefusedStartIsTheDaemonsOwnRefusal() {
        speaks("1.41", Script.json(409, "{\"message\":\"Container web is not running\"}"), ended(0));

        fails(engine.exec().start(WEB, plain()), EngineException.WrongState.class, "CONTAINER_NOT_RUNNING");
    }

    private static Script ended(int code) {
        return Script.json(200, "{\"Running\":false,\"ExitCode\":%d}".formatted(code));
    }

    private static ExecSpec plain() {
        return new ExecSpec(List.of("true"), Map.of(), null, null, false, null, null);
    }

    private static ExecSpec terminal() {
        return new ExecSpec(List.of("sh"), Map.of(), null, null, true, 91, 31);
    }

    private Session start(ExecSpec spec) {
        return engine.exec().start(WEB, spec).blockOptional(WAIT).orElseThrow();
    }

    private static void end(Session session) {
        session.close().onErrorComplete(EngineException.class).block(WAIT);
    }

    private List<String> asked() {
        return server.requests().stream().map(ScriptedRequest::target).toList();
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> type, String code) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(type);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                })
                .verify(WAIT);
    }
}
