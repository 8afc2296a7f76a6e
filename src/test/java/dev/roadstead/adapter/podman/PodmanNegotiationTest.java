package dev.roadstead.adapter.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Resources;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedRequest;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Which version answers, and what changes when another one does. */
@ExtendWith(NoLeaks.class)
class PodmanNegotiationTest {
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ContainerId WEB = new ContainerId("web");
    private static final String PING = "GET /libpod/_ping";
    private static final String LIST = "GET " + ScriptedPodman.PREFIX + "/containers/json";
    private static final String INSPECT = "GET " + ScriptedPodman.PREFIX + "/containers/web/json";
    private static final String UPDATE = "POST " + ScriptedPodman.PREFIX + "/containers/abc/update";

    private final ScriptedServer server = ScriptedServer.onUnixSocket();
    private final Engine engine = ScriptedPodman.engine(server.uri(), WAIT);

    @AfterEach
    void close() throws IOException {
        engine.close().block(WAIT);
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"4.0.0", "4.3.1", "5.4.2", "5.8.0", "6.0.0"})
    void everyVersionFromFourOnIsSpokenTo(String version) {
        speaks(version);

        assertThat(described().version()).isEqualTo(version);
        assertThat(engine.containers().list(Map.of()).block(WAIT)).isEmpty();
    }

    @Test
    void anOlderServiceIsRefusedWithBothVersions() {
        speaks("3.4.4");

        StepVerifier.create(engine.containers().list(Map.of()))
                .expectErrorSatisfies(failure -> {
                    assertThat(failure).hasMessageContaining("3.4.4").hasMessageContaining("4.0");
                    assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_VERSION");
                })
                .verify(WAIT);
    }

    @Test
    void whatTellsNoVersionIsNoPodman() {
        server.on(PING, Script.answer(200, "text/plain", "OK"));

        StepVerifier.create(engine.describe())
                .expectErrorSatisfies(failure ->
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_NONSENSE"))
                .verify(WAIT);
    }

    @Test
    void callsAtTheSameTimeAskForTheVersionOnce() {
        speaks("4.3.1");

        StepVerifier.create(Flux.range(0, 20)
                        .flatMap(_ -> engine.containers().list(Map.of()), 20)
                        .then())
                .expectComplete()
                .verify(WAIT);

        assertThat(server.requests())
                .extracting(ScriptedRequest::path)
                .filteredOn("/libpod/_ping"::equals)
                .hasSize(1);
    }

    @Test
    void anUpgradeUnderARunningGatewayShowsInVersionAndCapabilities() {
        speaks("4.3.1");
        assertThat(described().capabilities().has(Capability.UPDATE_RESOURCES)).isFalse();
        engine.containers().list(Map.of()).block(WAIT);

        speaks("5.4.2");
        engine.containers().list(Map.of()).block(WAIT);

        EngineDescription now = described();
        assertThat(now.version()).isEqualTo("5.4.2");
        assertThat(now.capabilities().has(Capability.UPDATE_RESOURCES)).isTrue();
    }

    @Test
    void whatTheNewVersionCanDoIsAskedOfItAndWhatTheOldOneCannotIsNot() {
        speaks("4.3.1");
        StepVerifier.create(engine.containers().update(WEB, moreMemory()))
                .expectError(EngineException.Unsupported.class)
                .verify(WAIT);
        assertThat(updates()).isZero();

        speaks("5.4.2");
        engine.containers().list(Map.of()).block(WAIT);
        assertThat(engine.containers().update(WEB, moreMemory()).block(WAIT)).isTrue();
        assertThat(updates()).isOne();

        speaks("4.9.5");
        engine.containers().list(Map.of()).block(WAIT);
        StepVerifier.create(engine.containers().update(WEB, moreMemory()))
                .expectError(EngineException.Unsupported.class)
                .verify(WAIT);
        assertThat(updates()).isOne();
    }

    @Test
    void aServiceThatWasAwayIsAskedAgain() {
        speaks("4.3.1");
        described();
        server.on(LIST, Script.rawThenClose(""));
        StepVerifier.create(engine.containers().list(Map.of()))
                .expectError(EngineException.class)
                .verify(WAIT);

        speaks("5.4.2");

        assertThat(described().version()).isEqualTo("5.4.2");
    }

    @Test
    void aFailedQuestionIsAskedAgain() {
        speaks("4.3.1");
        server.on(PING, ScriptedPodman.json("4.3.1", 500, "{\"message\":\"starting\"}"), ScriptedPodman.ping("4.3.1"));

        StepVerifier.create(engine.describe())
                .expectError(EngineException.Failed.class)
                .verify(WAIT);
        assertThat(described().version()).isEqualTo("4.3.1");
    }

    private void speaks(String version) {
        server.on(PING, ScriptedPodman.ping(version))
                .on(LIST, ScriptedPodman.json(version, 200, "[]"))
                .on(INSPECT, ScriptedPodman.json(version, 200, ScriptedPodman.container("running", false)))
                .on(UPDATE, ScriptedPodman.json(version, 201, "abc"));
    }

    private static ContainerChanges moreMemory() {
        return new ContainerChanges(null, null, new Resources(null, 67_108_864L, null, null, null), Set.of(), null);
    }

    private EngineDescription described() {
        return engine.describe().blockOptional(WAIT).orElseThrow();
    }

    private long updates() {
        return server.requests().stream()
                .filter(request -> request.path().endsWith("/update"))
                .count();
    }
}
