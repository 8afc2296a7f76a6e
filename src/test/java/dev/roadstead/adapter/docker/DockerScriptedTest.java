package dev.roadstead.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.event.EngineEvent;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What becomes of the faults of a daemon, and of those who sit in between. */
@ExtendWith(NoLeaks.class)
class DockerScriptedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ContainerId WEB = new ContainerId("web");
    private static final String LIST = "GET /v1.41/containers/json";
    private static final String INSPECT = "GET /v1.41/containers/web/json";
    private static final String LOGS = "GET /v1.41/containers/abc/logs";
    private static final String PULL = "POST /v1.41/images/create";
    private static final PullSpec BUSYBOX = new PullSpec(ImageReference.parse("busybox:1"), null, null);

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = ScriptedDocker.engine(server.uri(), WAIT);

    @BeforeEach
    void speaks141() {
        server.on("GET /version", ScriptedDocker.version("1.41", "1.12"));
        server.on(INSPECT, ScriptedDocker.container("running", false));
    }

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.close();
    }

    @Test
    void aFailingDaemonIsAFailureWithItsOwnWords() {
        server.on(LIST, Script.json(500, "{\"message\":\"disk on fire\"}"));

        StepVerifier.create(engine.containers().list(Map.of()))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure)
                            .isInstanceOf(EngineException.Failed.class)
                            .hasMessage("disk on fire");
                    assertThat(((EngineException) failure).evidence().nativeStatus())
                            .isEqualTo(500);
                })
                .verify(WAIT);
    }

    @Test
    void thePageOfAProxyIsNotPassedOn() {
        server.on(LIST, Script.answer(502, "text/html", "<html>Bad Gateway</html>"));

        StepVerifier.create(engine.containers().list(Map.of()))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(EngineException.Failed.class);
                    assertThat(failure.getMessage()).doesNotContain("<");
                    assertThat(((EngineException) failure).evidence().nativeMessage())
                            .isNull();
                })
                .verify(WAIT);
    }

    @Test
    void aContainerIsNotMissingBecauseAProxySaysSo() {
        server.on(INSPECT, Script.answer(404, "text/html", "<html>Not Found</html>"));

        fails(engine.containers().inspect(WEB), EngineException.Failed.class, "ENGINE_ERROR");
    }

    @Test
    void whatIsNoJsonIsNonsense() {
        server.on(LIST, Script.json(200, "[{\"Id\":"));
        fails(engine.containers().list(Map.of()), EngineException.Failed.class, "ENGINE_NONSENSE");

        server.on(LIST, Script.answer(200, "text/html", "<html>Welcome</html>"));
        fails(engine.containers().list(Map.of()), EngineException.Failed.class, "ENGINE_NONSENSE");
    }

    @Test
    void aWordOfAStateThatNobodyKnowsIsNoFailure() {
        server.on(LIST, Script.json(200, "[{\"Id\":\"abc\",\"State\":\"hibernating\",\"New\":{\"x\":[1]}}]"));

        StepVerifier.create(engine.containers().list(Map.of()))
                .assertNext(all -> assertThat(all)
                        .singleElement()
                        .satisfies(container ->
                                assertThat(container.state().nativeStatus()).isEqualTo("hibernating")))
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void aDaemonThatNeverAnswersTimesOut() throws IOException {
        try (ScriptedServer silent = ScriptedServer.onUnixSocket().otherwise(Script.silence())) {
            Engine impatient = ScriptedDocker.engine(silent.uri(), Duration.ofMillis(300));
            fails(impatient.containers().list(Map.of()), EngineException.TimedOut.class, "ENGINE_TIMEOUT");
            silent.awaitOpenConnections(0);
            impatient.close().block(WAIT);
        }
    }

    @Test
    void headersThatDripTimeOut() throws IOException {
        try (ScriptedServer slow = ScriptedServer.onUnixSocket()
                .otherwise(Script.drip("HTTP/1.1 200 OK\r\n", "X-More: 1\r\n", Duration.ofMillis(50)))) {
            Engine impatient = ScriptedDocker.engine(slow.uri(), Duration.ofMillis(300));
            fails(impatient.info(), EngineException.TimedOut.class, "ENGINE_TIMEOUT");
            impatient.close().block(WAIT);
        }
    }

    @Test
    void aResetAmongTheAnswerIsABreakOff() {
        server.on(
                LIST,
                Script.rawThenReset(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n[{"));

        fails(engine.containers().list(Map.of()), EngineException.Failed.class, "ENGINE_BROKE_OFF");
    }

    @Test
    void aLogThatEndsWithinAFrameFailsAfterWhatWasWhole() {
        server.on(LOGS, Script.chunks("application/octet-stream", frame("whole\n"), new byte[] {1, 0, 0, 0, 0, 0}));

        StepVerifier.create(items(engine.containers().logs(WEB, LogQuery.ALL)))
                .assertNext(entry -> assertThat(new String(entry.data(), StandardCharsets.UTF_8))
                        .isEqualTo("whole\n"))
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_BROKE_OFF"))
                .verify(WAIT);
    }

    @Test
    void aLogIsMultiplexedWhateverItsContentTypeSaysUnlessThereIsATerminal() {
        server.on(LOGS, Script.chunks("application/vnd.docker.raw-stream", frame("hello\n")));
        StepVerifier.create(items(engine.containers().logs(WEB, LogQuery.ALL)).map(LogEntry::data))
                .assertNext(data -> assertThat(data).asString().isEqualTo("hello\n"))
                .expectComplete()
                .verify(WAIT);

        server.on(INSPECT, ScriptedDocker.container("running", true));
        server.on(LOGS, Script.chunks("application/vnd.docker.raw-stream", utf8("hello\r\n")));
        StepVerifier.create(items(engine.containers().logs(WEB, LogQuery.ALL)).map(LogEntry::data))
                .assertNext(data -> assertThat(data).asString().isEqualTo("hello\r\n"))
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void givingUpAFollowedLogClosesItsConnection() throws InterruptedException {
        CountDownLatch closed = new CountDownLatch(1);
        server.on(LOGS, connection -> {
            Script.openStream("application/octet-stream", frame("hello\n")).play(connection);
            closed.countDown();
        });
        LogQuery following = new LogQuery(true, null, null, null, true, true, false);

        StepVerifier.create(items(engine.containers().logs(WEB, following)))
                .expectNextCount(1)
                .thenCancel()
                .verify(WAIT);

        assertThat(closed.await(WAIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anArchiveWithoutItsEndIsABreakOff() {
        server.on(
                "GET /v1.41/containers/web/export",
                Script.chunks("application/x-tar", utf8("x".repeat(512)), new byte[512]));

        StepVerifier.create(items(engine.containers().export(WEB)).then())
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_BROKE_OFF"))
                .verify(WAIT);
    }

    @Test
    void aPullThatFailsWithinItsStreamFails() {
        server.on(
                PULL,
                Script.chunks(
                        "application/json",
                        utf8("{\"status\":\"Pulling from library/busybox\",\"id\":\"1\"}\r\n"),
                        utf8("{\"errorDetail\":{\"message\":\"unauthorized: authentication required\"},"
                                + "\"error\":\"unauthorized: authentication required\"}\r\n")));

        StepVerifier.create(engine.images().pull(BUSYBOX))
                .expectNext(new PullProgress("1", "Pulling from library/busybox", null, null))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(EngineException.Denied.class);
                    assertThat(((EngineException) failure).code()).isEqualTo("REGISTRY_DENIED");
                })
                .verify(WAIT);
    }

    @Test
    void aPullThatEndsWithoutSuccessIsABreakOff() {
        server.on(PULL, Script.chunks("application/json", utf8("{\"status\":\"Pulling fs layer\",\"id\":\"ab\"}\r\n")));

        StepVerifier.create(engine.images().pull(BUSYBOX))
                .expectNextCount(1)
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_BROKE_OFF"))
                .verify(WAIT);
    }

    @Test
    void aSecondRemovalWaitsForTheFirst() {
        server.on(
                "DELETE /v1.41/containers/web",
                Script.json(409, "{\"message\":\"removal of container web is already in progress\"}"));
        server.on("POST /v1.41/containers/web/wait", Script.json(200, "{\"StatusCode\":0}"));

        StepVerifier.create(engine.containers().remove(WEB, true, true))
                .expectComplete()
                .verify(WAIT);
        assertThat(server.requests().getLast().target()).endsWith("/containers/web/wait?condition=removed");
    }

    @Test
    void anEventThatIsNotUnderstoodDoesNotHideThoseBehindIt() {
        server.on("GET /info", Script.json(200, "{}"));
        server.on("GET /v1.41/events", Script.chunks("application/json", utf8("""
                        {"Type":"container","Action":"die","Actor":{"ID":"1"}}
                        {"Type":"container","Action":"die","Actor":7,"timeNano":1}
                        {"Type":"container","Action":"die","time":9223372036854775807}
                        ["die"]
                        {"Type":"container","Action":"die","Actor":{"ID":"2","Attributes":{"a":null}},"timeNano":1}
                        """)));

        StepVerifier.create(items(engine.events().open(null))
                        .map(event -> event.type().equals(EngineEvent.UNREADABLE) ? "?" : String.valueOf(event.id())))
                .expectNext("?", "?", "?", "?", "2")
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void eventsThatEndWhileWaitingAreABreakOff() {
        server.on(INSPECT, ScriptedDocker.container("created", false));
        server.on("GET /v1.41/containers/abc/json", ScriptedDocker.container("created", false));
        server.on("GET /v1.41/events", Script.chunks("application/json"));

        fails(engine.containers().await(WEB, WaitCondition.RUNNING), EngineException.Failed.class, "ENGINE_BROKE_OFF");
    }

    private static <T> Flux<T> items(Mono<EngineStream<T>> stream) {
        return Flux.usingWhen(stream, EngineStream::items, opened -> Mono.fromRunnable(opened::close));
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> kind, String code) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(kind);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                })
                .verify(WAIT);
    }

    private static byte[] frame(String payload) {
        byte[] data = utf8(payload);
        byte[] frame = new byte[8 + data.length];
        frame[0] = 1;
        frame[7] = (byte) data.length;
        System.arraycopy(data, 0, frame, 8, data.length);
        return frame;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
