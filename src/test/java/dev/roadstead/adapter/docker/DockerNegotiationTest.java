package dev.roadstead.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedRequest;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Which version of the API is spoken. */
@ExtendWith(NoLeaks.class)
class DockerNegotiationTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ContainerId WEB = new ContainerId("web");
    private static final Script EMPTY_LIST = Script.json(200, "[]");

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = ScriptedDocker.engine(server.uri(), WAIT);

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"1.40, 1.12, 1.40", "1.41, 1.12, 1.41", "1.55, 1.40, 1.55", "1.99, 1.44, 1.55", "1.60, 1.55, 1.55"})
    void theNewestThatBothSidesSpeakIsSpoken(String newest, String oldest, String spoken) {
        server.on("GET /version", ScriptedDocker.version(newest, oldest));
        server.on("GET /v%s/containers/json".formatted(spoken), EMPTY_LIST);

        assertThat(Objects.requireNonNull(engine.describe().block(WAIT)).apiVersion())
                .isEqualTo(spoken);
        assertThat(engine.containers().list(Map.of()).block(WAIT)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1.39, 1.12", "1.24, 1.12", "1.70, 1.56"})
    void aDaemonWithoutACommonVersionIsRefusedWithBothRanges(String newest, String oldest) {
        server.on("GET /version", ScriptedDocker.version(newest, oldest));

        StepVerifier.create(engine.containers().list(Map.of()))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure)
                            .isInstanceOf(EngineException.Failed.class)
                            .hasMessageContaining(newest)
                            .hasMessageContaining("1.40");
                    assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_VERSION");
                })
                .verify(WAIT);
    }

    @Test
    void whatIsNoDockerIsNonsense() {
        server.on("GET /version", Script.answer(200, "text/html", "<html>It works!</html>"));

        StepVerifier.create(engine.describe())
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_NONSENSE"))
                .verify(WAIT);
    }

    @Test
    void callsAtTheSameTimeAskForTheVersionOnce() {
        server.on("GET /version", ScriptedDocker.version("1.41", "1.12"));
        server.on("GET /v1.41/containers/json", EMPTY_LIST);

        StepVerifier.create(Flux.range(0, 20)
                        .flatMap(_ -> engine.containers().list(Map.of()), 20)
                        .then())
                .expectComplete()
                .verify(WAIT);

        assertThat(versionsAsked()).isOne();
    }

    @Test
    void aFailedQuestionIsAskedAgain() {
        server.on(
                "GET /version", Script.json(500, "{\"message\":\"starting\"}"), ScriptedDocker.version("1.41", "1.12"));
        server.on("GET /v1.41/containers/json", EMPTY_LIST);

        StepVerifier.create(engine.containers().list(Map.of()))
                .expectError(EngineException.Failed.class)
                .verify(WAIT);
        StepVerifier.create(engine.containers().list(Map.of()))
                .expectNextCount(1)
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void aDaemonThatWasAwayIsAskedAgain() {
        server.on("GET /version", ScriptedDocker.version("1.41", "1.12"), ScriptedDocker.version("1.45", "1.24"));
        server.on("POST /v1.41/containers/web/start", Script.rawThenReset(""));
        engine.describe().block(WAIT);

        StepVerifier.create(engine.containers().start(new ContainerId("web")))
                .expectError(EngineException.class)
                .verify(WAIT);

        assertThat(Objects.requireNonNull(engine.describe().block(WAIT)).apiVersion())
                .isEqualTo("1.45");
    }

    @Test
    void aDaemonExchangedUnnoticedIsAskedAgainAndTheCallRepeated() {
        server.on("GET /version", ScriptedDocker.version("1.45", "1.24"), ScriptedDocker.version("1.41", "1.12"));
        server.on(
                "GET /v1.45/containers/json",
                Script.json(
                        400,
                        "{\"message\":\"client version 1.45 is too new. Maximum supported API version is 1.41\"}"));
        server.on("GET /v1.41/containers/json", EMPTY_LIST);
        engine.describe().block(WAIT);

        assertThat(engine.containers().list(Map.of()).block(WAIT)).isEmpty();
    }

    @Test
    void aStreamRefusedForItsVersionIsOpenedOnceMore() {
        exchanged("GET /v1.45/containers/web/export");
        server.on("GET /v1.41/containers/web/export", Script.chunks("application/x-tar", new byte[1024]));
        engine.describe().block(WAIT);

        StepVerifier.create(Flux.usingWhen(
                                engine.containers().export(WEB),
                                EngineStream::items,
                                opened -> Mono.fromRunnable(opened::close))
                        .then())
                .expectComplete()
                .verify(WAIT);
    }

    @Test
    void anUploadRefusedForItsVersionFailsAndTheNextOneIsRight() {
        exchanged("PUT /v1.45/containers/web/archive");
        server.on("PUT /v1.41/containers/web/archive", Script.empty(200));
        engine.describe().block(WAIT);

        StepVerifier.create(upload())
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).isInstanceOf(EngineException.Failed.class);
                    assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_VERSION");
                })
                .verify(WAIT);
        StepVerifier.create(upload()).expectComplete().verify(WAIT);
    }

    @Test
    void aBusyGatewayIsNoReasonToAskAgain() {
        server.on("GET /version", ScriptedDocker.version("1.41", "1.12"));
        server.on("GET /v1.41/containers/json", Script.openStream("application/json"));
        server.on("GET /v1.41/info", Script.json(200, "{}"));
        Engine narrow = ScriptedDocker.narrow(server.uri(), Duration.ofMillis(300), WAIT);
        narrow.describe().block(WAIT);
        Disposable hanging = narrow.containers().list(Map.of()).subscribe();
        server.awaitRequests(2);

        StepVerifier.create(narrow.info())
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_BUSY"))
                .verify(WAIT);
        hanging.dispose();
        server.awaitOpenConnections(0);
        narrow.info().block(WAIT);

        assertThat(versionsAsked()).isOne();
        narrow.close().block(WAIT);
    }

    private void exchanged(String call) {
        server.on("GET /version", ScriptedDocker.version("1.45", "1.24"), ScriptedDocker.version("1.41", "1.12"));
        server.on(
                call,
                Script.json(
                        400,
                        "{\"message\":\"client version 1.45 is too new. Maximum supported API version is 1.41\"}"));
    }

    @Test
    void capabilitiesTellWhatDockerLacks() {
        server.on("GET /version", ScriptedDocker.version("1.41", "1.12"));

        var capabilities = Objects.requireNonNull(engine.describe().block(WAIT)).capabilities();

        assertThat(capabilities.has(Capability.EXEC)).isTrue();
        assertThat(capabilities.has(Capability.PROJECTS)).isFalse();
        assertThat(capabilities.of(Capability.PROJECTS).reason()).isEqualTo("Docker has no projects");
        assertThat(capabilities.has(Capability.PULL)).isTrue();
    }

    private Mono<Void> upload() {
        return engine.files().putArchive(WEB, "/tmp", Flux.just(new byte[1024]));
    }

    private long versionsAsked() {
        return server.requests().stream()
                .map(ScriptedRequest::path)
                .filter("/version"::equals)
                .count();
    }
}
