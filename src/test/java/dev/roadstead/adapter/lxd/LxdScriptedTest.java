package dev.roadstead.adapter.lxd;

import static dev.roadstead.adapter.lxd.ScriptedLxd.accepted;
import static dev.roadstead.adapter.lxd.ScriptedLxd.error;
import static dev.roadstead.adapter.lxd.ScriptedLxd.told;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.event.EngineEvent;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import dev.roadstead.transport.ScriptedWebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What becomes of the faults of a daemon, and of its work when it is lost. */
@ExtendWith(NoLeaks.class)
class LxdScriptedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ContainerId WEB = new ContainerId("web");
    private static final String STATE = "PUT /1.0/instances/web/state";
    private static final String EXEC = "POST /1.0/instances/web/exec";
    private static final String SECRETS = "{\"fds\":{\"0\":\"a\",\"1\":\"b\",\"2\":\"c\",\"control\":\"d\"}}";
    private static final ExecSpec TRUE = new ExecSpec(List.of("true"), Map.of(), null, null, false, null, null);

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = ScriptedLxd.engine(server.uri(), Duration.ofSeconds(2));

    @BeforeEach
    void isTrusted() {
        server.on("GET /1.0", ScriptedLxd.server("lxd", "5.0.2", "trusted"));
        server.on("GET /1.0/instances/web", ScriptedLxd.instance("Running", 103));
        server.on(STATE, accepted(false, "null"));
        server.on(ScriptedLxd.CANCEL, ScriptedLxd.sync("{}"));
    }

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.close();
    }

    @Test
    void workThatSucceedsIsASuccessThoughItTakesLong() {
        server.on(ScriptedLxd.WAIT, told(103, ""), told(103, ""), told(200, ""));

        assertThat(engine.containers().start(WEB).block(WAIT)).isTrue();
    }

    @Test
    void workThatFailsAfterItWasAcceptedIsAFailureWithTheDaemonsWords() {
        server.on(ScriptedLxd.WAIT, told(400, "disk on fire"));

        StepVerifier.create(engine.containers().start(WEB))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure)
                            .isInstanceOf(EngineException.Failed.class)
                            .hasMessage("disk on fire");
                    assertThat(((EngineException) failure).evidence().nativeStatus())
                            .isEqualTo(400);
                })
                .verify(WAIT);
    }

    @Test
    void incusTellsAFailureWithinAnAnswerThatBeganAsASuccess() {
        server.on(ScriptedLxd.WAIT, failedWithin200("disk on fire"));
        server.on(ScriptedLxd.LOOK, told(400, "disk on fire"));

        fails(engine.containers().start(WEB), EngineException.Failed.class, "ENGINE_ERROR");
    }

    @Test
    void incusTellsInTheSameWayThatATimeIsOverAndTheWorkGoesOn() {
        server.on(ScriptedLxd.WAIT, failedWithin200("context deadline exceeded"), told(200, ""));
        server.on(ScriptedLxd.LOOK, told(103, ""));

        assertThat(engine.containers().start(WEB).block(WAIT)).isTrue();
    }

    @Test
    void aFailureThatIncusForgotMeanwhileIsAFailureStill() {
        server.on(ScriptedLxd.WAIT, failedWithin200("disk on fire"));
        server.on(ScriptedLxd.LOOK, ScriptedLxd.error(404, "not found"));

        fails(engine.containers().start(WEB), EngineException.Failed.class, "ENGINE_ERROR");
    }

    private static Script failedWithin200(String error) {
        return Script.json(200, "{\"type\":\"error\",\"error_code\":400,\"error\":\"%s\"}".formatted(error));
    }

    @Test
    void workThatSomebodyCancelledIsAFailure() {
        server.on(ScriptedLxd.WAIT, told(401, ""));

        fails(engine.containers().start(WEB), EngineException.Failed.class, "OPERATION_CANCELLED");
    }

    @Test
    void workThatEndedAndIsForgottenHasAnUnknownOutcome() {
        server.on(ScriptedLxd.WAIT, error(404, "Operation not found"));

        fails(engine.containers().start(WEB), EngineException.Failed.class, LxdErrors.OUTCOME_UNKNOWN);
    }

    @Test
    void aWaitThatBreaksIsTakenUpAgain() {
        server.on(ScriptedLxd.WAIT, Script.rawThenClose(""), Script.rawThenClose("HTTP/1.1 200"), told(200, ""));

        assertThat(engine.containers().start(WEB).block(WAIT)).isTrue();
    }

    @Test
    void workOfADaemonThatWasRestartedHasAnUnknownOutcome() {
        server.on(ScriptedLxd.WAIT, Script.rawThenClose(""), error(404, "Operation not found"));

        fails(engine.containers().start(WEB), EngineException.Failed.class, LxdErrors.OUTCOME_UNKNOWN);
    }

    @Test
    void aWaitWhoseTimeIsOverIsNoEndOnIncusEither() {
        server.on(ScriptedLxd.WAIT, error(500, "context deadline exceeded"), told(200, ""));
        server.on(ScriptedLxd.LOOK, told(103, ""));

        assertThat(engine.containers().start(WEB).block(WAIT)).isTrue();
    }

    @Test
    void whoLeavesCancelsTheWork() {
        server.on(ScriptedLxd.WAIT, Script.silence());

        StepVerifier.create(engine.containers().start(WEB))
                .then(() -> awaitRequest(ScriptedLxd.WAIT))
                .thenCancel()
                .verify(WAIT);

        awaitRequest(ScriptedLxd.CANCEL);
    }

    @Test
    void aStopThatTheContainerDoesNotHeedIsForced() {
        server.on(
                ScriptedLxd.WAIT,
                told(
                        400,
                        "Failed shutting down instance, status is \\\"Running\\\": shutting down the container failed"),
                told(400, "The instance is already stopped"));

        assertThat(engine.containers().stop(WEB, Duration.ofSeconds(1)).block(WAIT))
                .isTrue();
    }

    @Test
    void aDaemonThatDoesNotKnowUsIsNotUp() {
        server.on("GET /1.0", ScriptedLxd.server("lxd", "5.0.2", "untrusted"));

        fails(engine.describe(), EngineException.Denied.class, "ENGINE_DENIED");
        fails(engine.ping(), EngineException.Denied.class, "ENGINE_DENIED");
        fails(engine.containers().list(Map.of()), EngineException.Denied.class, "ENGINE_DENIED");
    }

    @Test
    void aDaemonThatWasUpgradedIsAskedAnew() {
        assertThat(version()).isEqualTo("5.0.2");
        server.on("GET /1.0", ScriptedLxd.server("incus", "6.0.4", "trusted"));

        engine.ping().block(WAIT);

        assertThat(version()).isEqualTo("6.0.4");
    }

    @Test
    void whatIsNoJsonIsNonsense() {
        server.on("GET /1.0/instances", Script.json(200, "{\"type\":\"sync\",\"metadata\":[{"));
        fails(engine.containers().list(Map.of()), EngineException.Failed.class, "ENGINE_NONSENSE");

        server.on("GET /1.0/instances", Script.json(200, "{\"type\":\"sync\",\"metadata\":{\"a\":1}}"));
        fails(engine.containers().list(Map.of()), EngineException.Failed.class, "ENGINE_NONSENSE");
    }

    @Test
    void aContainerIsNotMissingBecauseAProxySaysSo() {
        server.on("GET /1.0/instances/web", Script.answer(404, "text/html", "<html>Not Found</html>"));

        fails(engine.containers().inspect(WEB), EngineException.Failed.class, "ENGINE_ERROR");
    }

    @Test
    void virtualMachinesAreNoContainers() {
        server.on(
                "GET /1.0/instances",
                ScriptedLxd.sync(
                        "[{\"name\":\"vm\",\"type\":\"virtual-machine\"},{\"name\":\"ct\",\"type\":\"container\",\"project\":\"a.b\"}]"));
        server.on("GET /1.0/instances/vm", ScriptedLxd.sync("{\"name\":\"vm\",\"type\":\"virtual-machine\"}"));

        assertThat(engine.containers().list(Map.of()).block(WAIT))
                .singleElement()
                .satisfies(listed -> assertThat(listed.id().value()).isEqualTo("a.b.ct"));
        fails(engine.containers().inspect(new ContainerId("vm")), EngineException.NotFound.class, "NO_SUCH_CONTAINER");
    }

    @Test
    void aProcessWhoseSocketsDoNotComeIsAFailureThatLeavesNothing() {
        server.on(EXEC, accepted(false, SECRETS));
        server.on(ScriptedLxd.SOCKET, Script.silence());

        fails(engine.exec().start(WEB, TRUE), EngineException.TimedOut.class, "ENGINE_TIMEOUT");
    }

    @Test
    void halfAFrameOfAProcessIsAFailureWhileItRuns() {
        server.on(EXEC, accepted(false, SECRETS));
        server.on(ScriptedLxd.WAIT, Script.silence());
        server.on(ScriptedLxd.SOCKET, ScriptedWebSocket.playing(socket -> {
            socket.raw(Arrays.copyOf(ScriptedWebSocket.frame(ScriptedWebSocket.BINARY, new byte[50]), 20));
            socket.cut();
        }));
        ExecOperations.Session session =
                engine.exec().start(WEB, TRUE).blockOptional(WAIT).orElseThrow();

        fails(session.output(), EngineException.Failed.class, "ENGINE_BROKE_OFF");
        session.close().onErrorComplete(EngineException.class).block(WAIT);
    }

    @Test
    void anEventThatCannotBeReadIsToldAsSuchAndTheEndOfAllIsAFailure() {
        server.on(
                "GET /1.0/events",
                ScriptedWebSocket.playing(socket -> socket.text("{\"type\":\"lifecycle\"}")
                        .text("{nonsense")
                        .text("""
                        {"type":"lifecycle","timestamp":"2026-11-23T21:36:13.9Z","project":"p",
                        "metadata":{"action":"instance-started","source":"/1.0/instances/web?project=p"}}""")
                        .close()));
        EngineStream<EngineEvent> stream =
                engine.events().open(null).blockOptional(WAIT).orElseThrow();

        StepVerifier.create(stream.items())
                .assertNext(event -> assertThat(event.type()).isEqualTo(EngineEvent.UNREADABLE))
                .assertNext(event -> assertThat(event.type()).isEqualTo(EngineEvent.UNREADABLE))
                .assertNext(event -> {
                    assertThat(event.action()).isEqualTo("start");
                    assertThat(event.id()).isEqualTo("p.web");
                    assertThat(event.name()).isEqualTo("web");
                })
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_BROKE_OFF"))
                .verify(WAIT);
    }

    private String version() {
        return String.valueOf(
                engine.describe().blockOptional(WAIT).orElseThrow().version());
    }

    private void awaitRequest(String methodAndPath) {
        Awaitility.await(methodAndPath)
                .atMost(WAIT)
                .until(() -> server.requests().stream()
                        .anyMatch(request -> methodAndPath.equals(request.method() + " " + request.path())));
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> kind, String code) {
        StepVerifier.create(Flux.from(call).then(Mono.empty()))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(kind);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                })
                .verify(WAIT);
    }
}
