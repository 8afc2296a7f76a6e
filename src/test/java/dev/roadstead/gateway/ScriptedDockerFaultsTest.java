package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import dev.roadstead.gateway.RunningGateway.Answer;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedRequest;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a daemon does wrong, the client learns it in the contract's words and in time, and the gateway goes on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class ScriptedDockerFaultsTest {
    private static final String PAGE = "<html><body>Bad gateway: nginx</body></html>";
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(1);

    /** Of negotiating, of the call itself, and of a machine under load. */
    private static final Duration IN_TIME = REQUEST_TIMEOUT.multipliedBy(2).plusSeconds(3);

    private ScriptedDaemon unix;
    private ScriptedDaemon tcp;
    private ScriptedDaemon old;
    private Path returning;
    private RunningGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) {
        unix = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
        tcp = ScriptedDaemon.on(ScriptedServer.onTcp());
        old = ScriptedDaemon.on(ScriptedServer.onUnixSocket(), "1.24");
        returning = folder.resolve("returning.sock");
        gateway = RunningGateway.start(
                Map.of(
                        "unix", unix.uri(),
                        "tcp", tcp.uri(),
                        "old", old.uri(),
                        "returning", "unix://" + returning,
                        "absent", "unix://" + folder.resolve("absent.sock")),
                "roadstead.engines.unix.request-timeout=1s",
                "roadstead.engines.tcp.request-timeout=1s",
                "roadstead.engines.old.request-timeout=1s",
                "roadstead.engines.returning.request-timeout=1s",
                "roadstead.engines.absent.request-timeout=1s",
                // Only the calls of the tests count.
                "roadstead.monitoring.interval=1h");
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        for (ScriptedDaemon daemon : new ScriptedDaemon[] {unix, tcp, old}) {
            daemon.server().awaitOpenConnections(0);
            daemon.close();
        }
    }

    @AfterEach
    void theGatewayGoesOn() {
        for (ScriptedDaemon daemon : new ScriptedDaemon[] {unix, tcp}) {
            daemon.awaitIdle();
            daemon.heal();
        }
        for (String engine : new String[] {"unix", "tcp"}) {
            assertThat(gateway.get("/v1/containers/%s:web".formatted(engine)).status())
                    .isEqualTo(200);
            Answer list = gateway.get("/v1/containers?engine=" + engine);
            assertThat(list.json().at("/containers/0/name").asString()).isEqualTo("web");
            assertThat(list.json().at("/warnings").isEmpty()).isTrue();
        }
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                argumentSet("silence", Script.silence(), 504, "engine_timeout"),
                argumentSet(
                        "a head that never ends",
                        Script.drip("HTTP/1.1 200 OK\r\n", "X-More: 1\r\n", Duration.ofMillis(50)),
                        504,
                        "engine_timeout"),
                argumentSet(
                        "a body that never ends",
                        Script.drip(
                                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                                "1\r\n \r\n",
                                Duration.ofMillis(50)),
                        504,
                        "engine_timeout"),
                argumentSet("a 500", Script.json(500, "{\"message\":\"disk on fire\"}"), 502, "engine_error"),
                argumentSet("a 500 without a word", Script.empty(500), 502, "engine_error"),
                argumentSet("a proxy's page", Script.answer(502, "text/html", PAGE), 502, "engine_error"),
                argumentSet("a page that says 404", Script.answer(404, "text/html", PAGE), 502, "engine_error"),
                argumentSet("a page that says 200", Script.answer(200, "text/html", PAGE), 502, "engine_error"),
                argumentSet("other JSON", Script.json(200, "{\"message\":42}"), 502, "engine_error"),
                argumentSet("no JSON", Script.json(200, "%!$&/"), 502, "engine_error"),
                argumentSet("half a JSON", Script.json(200, "{\"Id\":\"4f5e\",\"State\":{\"Sta"), 502, "engine_error"),
                argumentSet("nothing", Script.json(200, ""), 502, "engine_error"),
                argumentSet("no HTTP", Script.rawThenClose("SSH-2.0-OpenSSH_9.2\r\n\r\n"), 502, "engine_error"),
                argumentSet("a closed connection", Script.rawThenClose(""), 502, "engine_error"),
                argumentSet(
                        "half a body",
                        Script.rawThenClose("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"Id\":"),
                        502,
                        "engine_error"),
                argumentSet(
                        "a head beyond all bounds",
                        Script.rawThenClose("HTTP/1.1 200 OK\r\nX-Big: " + "x".repeat(100_000) + "\r\n\r\n"),
                        502,
                        "engine_error"));
    }

    @Test
    void whatAPruneRemovedBeforeItFailedIsToldWithTheFailure() {
        unix.on("POST /containers/prune", Script.json(200, "{\"ContainersDeleted\":[\"4f5e\"],\"SpaceReclaimed\":7}"));
        unix.on("POST /images/prune", Script.json(500, "{\"message\":\"disk on fire\"}"));
        Map<String, Object> both = Map.of("kinds", List.of("images", "containers"));

        Answer answer = inTime(() -> gateway.postJson("/v1/engines/unix/prune", both));

        assertProblem(answer, 502, "engine_error");
        assertThat(answer.json().at("/details/engine").asString()).isEqualTo("unix");
        assertThat(answer.json().at("/details/kind").asString()).isEqualTo("images");
        assertThat(answer.json().at("/details/pruned").propertyNames()).containsExactly("containers");
        assertThat(answer.json().at("/details/pruned/containers/removed/0").asString())
                .isEqualTo("4f5e");
        assertThat(answer.json()
                        .at("/details/pruned/containers/space_reclaimed")
                        .asInt())
                .isEqualTo(7);
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void nonsenseIsNamedInTimeAndNeverPassedOn(Script script, int status, String error) {
        unix.on("GET /containers/web/json", script);
        unix.on("GET /containers/json", script);

        Answer inspected = inTime(() -> gateway.get("/v1/containers/unix:web"));
        Answer listed = inTime(() -> gateway.get("/v1/containers?engine=unix"));

        assertProblem(inspected, status, error);
        assertThat(inspected.json().at("/details/engine").asString()).isEqualTo("unix");
        assertThat(listed.status()).isEqualTo(200);
        assertThat(listed.json().at("/containers").isEmpty()).isTrue();
        assertThat(listed.json().at("/warnings/0/engine").asString()).isEqualTo("unix");
        assertThat(listed.json().at("/warnings/0/error").asString()).isEqualTo(error);
        assertThat(inspected.text() + listed.text()).doesNotContain("<html", "nginx", "dev.roadstead", "Exception");
    }

    @Test
    void aResetInTheMiddleOfABodyIsAnEngineError() {
        tcp.on(
                "GET /containers/web/json",
                Script.rawThenReset("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"Id\":\"4f5e"));
        Answer inspected = inTime(() -> gateway.get("/v1/containers/tcp:web"));
        assertProblem(inspected, 502, "engine_error");
        assertThat(inspected.json().at("/code").asString()).isEqualTo("ENGINE_BROKE_OFF");
    }

    @Test
    void theDaemonsOwnWordsAreKeptAsEvidence() {
        unix.on("GET /containers/web/json", Script.json(500, "{\"message\":\"disk on fire\"}"));
        Answer inspected = gateway.get("/v1/containers/unix:web");
        assertThat(inspected.json().at("/details/native_status").asInt()).isEqualTo(500);
        assertThat(inspected.json().at("/details/native_message").asString()).isEqualTo("disk on fire");
    }

    @Test
    void anAbsentSocketIsUnreachable() {
        Answer inspected = inTime(() -> gateway.get("/v1/containers/absent:web"));
        assertProblem(inspected, 503, "engine_unreachable");
        assertThat(inspected.header("Retry-After")).isNotEmpty();
        assertThat(inspected.json().at("/message").asString()).doesNotContain("null");
        Answer created = inTime(
                () -> gateway.postJson("/v1/containers", "{'engine':'absent','image':'busybox','name':'nobody'}"));
        assertProblem(created, 503, "engine_unreachable");
    }

    @Test
    void aDeadEngineCostsTheListOfAllAWarningAndNothingElse() {
        unix.on("GET /containers/json", Script.silence());
        Answer listed = inTime(() -> gateway.get("/v1/containers"));
        assertThat(listed.status()).isEqualTo(200);
        assertThat(listed.json().at("/containers").size()).isOne();
        assertThat(listed.json().at("/containers/0/engine").asString()).isEqualTo("tcp");
        assertThat(listed.json()
                        .at("/warnings")
                        .valueStream()
                        .map(warning -> warning.at("/engine").asString()
                                + " "
                                + warning.at("/error").asString()))
                .containsExactlyInAnyOrder(
                        "unix engine_timeout",
                        "absent engine_unreachable",
                        "returning engine_unreachable",
                        "old engine_error");
    }

    @Test
    void aDaemonOfAnAgeThatIsNotSpokenIsRefusedWithBothVersions() {
        Answer inspected = gateway.get("/v1/containers/old:web");
        assertProblem(inspected, 502, "engine_error");
        assertThat(inspected.json().at("/code").asString()).isEqualTo("ENGINE_VERSION");
        assertThat(inspected.json().at("/message").asString()).contains("1.24", "1.40");
        assertThat(old.server().requests()).extracting(ScriptedRequest::path).containsOnly("/version", "/_ping");
    }

    @Test
    void aDaemonThatComesBackIsAskedForItsVersionAgain() throws IOException {
        try (ScriptedDaemon first = ScriptedDaemon.on(ScriptedServer.onUnixSocket(returning))) {
            assertThat(gateway.get("/v1/containers/returning:web").status()).isEqualTo(200);
            assertThat(paths(first)).contains("/v1.41/containers/web/json");
        }
        assertProblem(inTime(() -> gateway.get("/v1/containers/returning:web")), 503, "engine_unreachable");
        try (ScriptedDaemon second = ScriptedDaemon.on(ScriptedServer.onUnixSocket(returning), "1.40")) {
            assertThat(gateway.get("/v1/containers/returning:web").status()).isEqualTo(200);
            assertThat(paths(second)).contains("/version", "/v1.40/containers/web/json");
        }
    }

    @Test
    void clientsDoNotNoticeThatTheDaemonClosesConnectionsThatWait() throws IOException {
        for (ScriptedDaemon daemon : new ScriptedDaemon[] {unix, tcp}) {
            String path = "/v1/containers/%s:web".formatted(daemon == unix ? "unix" : "tcp");
            for (int round = 0; round < 50; round++) {
                assertThat(gateway.get(path).status()).as("round %d", round).isEqualTo(200);
                daemon.server().dropConnections();
            }
        }
    }

    @Test
    void callsDoNotQueueForEverBehindASilentDaemon() {
        unix.on("GET /containers/web/json", Script.silence());
        long begun = System.nanoTime();
        var answers = Stream.generate(() -> gateway.client()
                        .sendAsync(
                                gateway.request(
                                                "GET",
                                                "/v1/containers/unix:web",
                                                java.net.http.HttpRequest.BodyPublishers.noBody())
                                        .build(),
                                java.net.http.HttpResponse.BodyHandlers.discarding()))
                .limit(150)
                .toList();
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isIn(503, 504));
        // Three times the pool of 64: those that find no connection within the connect timeout of 5 s are told so.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(IN_TIME.plusSeconds(10));
        Awaitility.await().until(() -> gateway.get("/healthz").status() == 200);
    }

    private static Stream<String> paths(ScriptedDaemon daemon) {
        return daemon.server().requests().stream().map(ScriptedRequest::path);
    }

    private static void assertProblem(Answer answer, int status, String error) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
        assertThat(answer.json().at("/error").asString()).isEqualTo(error);
        assertThat(answer.json().at("/status").asInt()).isEqualTo(status);
        assertThat(answer.json().at("/request_id").asString()).isEqualTo(answer.header("X-Request-Id"));
    }

    private static Answer inTime(java.util.function.Supplier<Answer> call) {
        long begun = System.nanoTime();
        Answer answer = call.get();
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(IN_TIME);
        return answer;
    }
}
