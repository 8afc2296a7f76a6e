package dev.roadstead.adapter.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.ExecOperations.Session;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.image.ImageReference;
import dev.roadstead.image.PullProgress;
import dev.roadstead.image.PullSpec;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What becomes of the faults of a Podman service, many of which come under a good status. */
@ExtendWith(NoLeaks.class)
class PodmanScriptedTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ContainerId WEB = new ContainerId("web");
    private static final String LIST = "GET " + ScriptedPodman.PREFIX + "/containers/json";
    private static final String INSPECT = "GET " + ScriptedPodman.PREFIX + "/containers/web/json";
    private static final String LOGS = "GET " + ScriptedPodman.PREFIX + "/containers/abc/logs";
    private static final String STATS = "GET " + ScriptedPodman.PREFIX + "/containers/stats";
    private static final String REMOVE = "DELETE " + ScriptedPodman.PREFIX + "/containers/web";
    private static final String PULL = "POST " + ScriptedPodman.PREFIX + "/images/pull";
    private static final PullSpec BUSYBOX = new PullSpec(ImageReference.parse("quay.io/lab/busybox:1"), null, null);
    private static final String TRYING = "{\"stream\":\"Trying to pull quay.io/lab/busybox:1...\\n\"}\n";
    private static final String SWITCHED = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";
    private static final String HALF_A_FRAME = "\1\0\0\0\0\0\0\7x";

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = ScriptedPodman.engine(server.uri(), WAIT);

    @BeforeEach
    void speaks43() {
        server.on("GET /libpod/_ping", ScriptedPodman.ping("4.3.1"));
        server.on(INSPECT, Script.json(200, ScriptedPodman.container("running", false)));
    }

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            reading manifest 1 in quay.io/lab/busybox: manifest unknown: manifest unknown   | NotFound | NO_SUCH_IMAGE
            pinging container registry quay.io: dial tcp: lookup quay.io: no such host      | NotFound | NO_SUCH_IMAGE
            denied: requested access to the resource is denied                              | NotFound | NO_SUCH_IMAGE
            reading manifest 1 in quay.io/lab/busybox: unauthorized: authentication required | Denied  | REGISTRY_DENIED
            unable to retrieve auth token: invalid username/password: unauthorized          | Denied   | REGISTRY_DENIED
            reading manifest 1 in quay.io/lab/busybox: toomanyrequests: slow down           | Failed   | REGISTRY_RATE_LIMITED
            writing blob: storing blob to file: write /var/tmp/s: no space left on device   | Failed   | ENGINE_ERROR
            """)
    void aPullThatFailsUnderAGoodStatusFailsWithTheEnginesWords(String words, String kind, String code) {
        server.on(PULL, Script.chunks("application/json", utf8(TRYING), utf8("{\"error\":\"" + words + "\"}\n")));

        StepVerifier.create(engine.images().pull(BUSYBOX))
                .expectNext(new PullProgress(null, "Trying to pull quay.io/lab/busybox:1...", null, null))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure.getClass().getSimpleName()).isEqualTo(kind);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                    assertThat(((EngineException) failure).evidence().nativeMessage())
                            .isEqualTo(words);
                })
                .verify(WAIT);
    }

    /** As from 6.0 on. */
    @Test
    void aPullThatIsRefusedByItsStatusFailsAlike() {
        server.on(PULL, ScriptedPodman.refusal(401, "unauthorized", "reading manifest: authentication required"));
        fails(engine.images().pull(BUSYBOX), EngineException.Denied.class, "REGISTRY_DENIED");

        server.on(PULL, ScriptedPodman.refusal(404, "manifest unknown", "reading manifest: manifest unknown"));
        fails(engine.images().pull(BUSYBOX), EngineException.NotFound.class, "NO_SUCH_IMAGE");
    }

    @Test
    void aPullThatEndsWithoutAnImageIsABreakOff() {
        server.on(PULL, Script.chunks("application/json", utf8(TRYING)));

        fails(engine.images().pull(BUSYBOX), EngineException.Failed.class, "ENGINE_BROKE_OFF");
    }

    @Test
    void aPullWhoseStreamIsCutIsABreakOff() {
        server.on(PULL, Script.rawThenClose(opened(TRYING)));
        fails(engine.images().pull(BUSYBOX), EngineException.Failed.class, "ENGINE_BROKE_OFF");

        server.on(PULL, Script.chunks("application/json", utf8(TRYING), utf8("{\"stream\":\"Copy")));
        fails(engine.images().pull(BUSYBOX), EngineException.Failed.class, "ENGINE_BROKE_OFF");
    }

    @Test
    void aPullThatTalksNonsenseSaysSo() {
        server.on(PULL, Script.chunks("application/json", utf8("<html>Welcome</html>")));

        fails(engine.images().pull(BUSYBOX), EngineException.Failed.class, "ENGINE_NONSENSE");
    }

    @Test
    void aRemovalThatFailedUnderAGoodStatusFails() {
        server.on(
                REMOVE,
                Script.json(
                        200,
                        "[{\"Id\":\"abc\",\"Err\":\"cannot remove container abc as it is running - running or paused"
                                + " containers cannot be removed without force: container state improper\"}]"));

        fails(engine.containers().remove(WEB, false, false), EngineException.WrongState.class, "CONTAINER_RUNNING");
    }

    @Test
    void whatIsNoJsonIsNonsense() {
        server.on(LIST, Script.json(200, "[{\"Id\":"));
        fails(engine.containers().list(Map.of()), EngineException.Failed.class, "ENGINE_NONSENSE");

        server.on(LIST, Script.json(200, "[{\"Names\":[\"without an id\"]}]"));
        fails(engine.containers().list(Map.of()), EngineException.Failed.class, "ENGINE_NONSENSE");

        server.on(LIST, Script.answer(200, "text/html", "<html>Welcome</html>"));
        fails(engine.containers().list(Map.of()), EngineException.Failed.class, "ENGINE_NONSENSE");
    }

    /** What another server, or an older Podman, says to a path that it does not have. */
    @Test
    void aMissingRouteIsNoMissingContainer() {
        server.on(INSPECT, Script.answer(404, "text/plain", "Not Found"));
        fails(engine.containers().inspect(WEB), EngineException.Failed.class, "ENGINE_NONSENSE");

        server.on(INSPECT, Script.answer(404, "text/html", "<html>Not Found</html>"));
        fails(engine.containers().inspect(WEB), EngineException.Failed.class, "ENGINE_ERROR");
    }

    @Test
    void aServiceThatNeverAnswersTimesOut() throws IOException {
        try (ScriptedServer silent = ScriptedServer.onUnixSocket().otherwise(Script.silence())) {
            Engine impatient = ScriptedPodman.engine(silent.uri(), Duration.ofMillis(300));
            fails(impatient.containers().list(Map.of()), EngineException.TimedOut.class, "ENGINE_TIMEOUT");
            silent.awaitOpenConnections(0);
            impatient.close().block(WAIT);
        }
    }

    @Test
    void aLogThatEndsWithinAFrameFailsAfterWhatWasWhole() {
        server.on(LOGS, Script.chunks("application/octet-stream", frame("whole\n"), new byte[] {1, 0, 0, 0, 0, 0}));

        StepVerifier.create(log(LogQuery.ALL))
                .expectNext("whole\n")
                .expectErrorSatisfies(PodmanScriptedTest::brokeOff)
                .verify(WAIT);
    }

    @Test
    void aServiceThatGoesInTheMiddleOfALogIsABreakOff() {
        server.on(LOGS, connection -> {
            connection.drainBody();
            connection.beginChunks(200, "application/octet-stream");
            connection.chunk(frame("whole\n"));
            connection.close();
        });

        StepVerifier.create(log(new LogQuery(true, null, null, null, true, true, false)))
                .expectNext("whole\n")
                .expectErrorSatisfies(PodmanScriptedTest::brokeOff)
                .verify(WAIT);
    }

    @Test
    void aServiceThatGoesInTheMiddleOfSamplesIsABreakOff() {
        server.on(
                STATS,
                Script.rawThenClose(
                        opened("{\"Error\":null,\"Stats\":[{\"SystemNano\":5,\"CPUNano\":1,\"PIDs\":3}]}\n")));

        StepVerifier.create(items(engine.containers().statsStream(WEB)))
                .assertNext(sample -> assertThat(sample.pids()).isEqualTo(3))
                .expectErrorSatisfies(PodmanScriptedTest::brokeOff)
                .verify(WAIT);
    }

    @Test
    void anAttachmentThatEndsWithinAFrameIsABreakOff() {
        server.on(
                "POST " + ScriptedPodman.PREFIX + "/containers/abc/attach",
                Script.rawThenClose(SWITCHED + HALF_A_FRAME));

        Attachment joined = engine.containers().attach(WEB).blockOptional(WAIT).orElseThrow();

        fails(joined.output(), EngineException.Failed.class, "ENGINE_BROKE_OFF");
        joined.close().onErrorComplete(EngineException.class).block(WAIT);
    }

    @Test
    void aProcessWhoseStreamEndsWithinAFrameIsABreakOff() {
        server.on("POST " + ScriptedPodman.PREFIX + "/containers/web/exec", Script.json(201, "{\"Id\":\"e1\"}"))
                .on("POST " + ScriptedPodman.PREFIX + "/exec/e1/start", Script.rawThenClose(SWITCHED + HALF_A_FRAME))
                .on(
                        "GET " + ScriptedPodman.PREFIX + "/exec/e1/json",
                        Script.json(200, "{\"Running\":false,\"CanRemove\":true,\"ExitCode\":0}"));
        ExecSpec plain = new ExecSpec(List.of("true"), Map.of(), null, null, false, null, null);
        Session session = engine.exec().start(WEB, plain).blockOptional(WAIT).orElseThrow();

        fails(session.output(), EngineException.Failed.class, "ENGINE_BROKE_OFF");
        session.close().onErrorComplete(EngineException.class).block(WAIT);
    }

    private Flux<String> log(LogQuery query) {
        return items(engine.containers().logs(WEB, query)).map(PodmanScriptedTest::text);
    }

    private static String text(LogEntry entry) {
        return new String(entry.data(), StandardCharsets.UTF_8);
    }

    private static <T> Flux<T> items(Mono<EngineStream<T>> stream) {
        return Flux.usingWhen(stream, EngineStream::items, opened -> Mono.fromRunnable(opened::close));
    }

    private static void brokeOff(Throwable failure) {
        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_BROKE_OFF");
    }

    private static void fails(Publisher<?> call, Class<? extends EngineException> kind, String code) {
        StepVerifier.create(Flux.from(call).then())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(kind);
                    assertThat(((EngineException) failure).code()).isEqualTo(code);
                })
                .verify(WAIT);
    }

    /** The head of a chunked answer and one chunk of it. */
    private static String opened(String chunk) {
        return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n"
                .formatted(chunk.length(), chunk);
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
