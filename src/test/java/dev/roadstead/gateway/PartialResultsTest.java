package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** An engine that is gone and one that does not answer cost a warning each, and no more than their own time. */
class PartialResultsTest {
    private static @Nullable RunningGateway running;

    @BeforeAll
    static void start(@TempDir Path folder) {
        Map<String, String> engines = new LinkedHashMap<>();
        engines.put("alive", "simulated:///?containers=10");
        engines.put("gone", "unix://" + folder.resolve("nobody.sock"));
        engines.put("slow", "simulated:///?latency=60s");
        running = RunningGateway.start(
                engines, "roadstead.engines.slow.request-timeout=1s", "roadstead.default-engine=alive");
        assertThat(gateway()
                        .postJson("/v1/engines/alive/volumes", Map.of("name", "data"))
                        .status())
                .isEqualTo(201);
    }

    @AfterAll
    static void stop() {
        gateway().close();
    }

    @Test
    void listsShowWhatIsThereAndWarnOfTheRest() {
        for (String kind : new String[] {"containers", "images", "volumes", "networks"}) {
            long before = System.nanoTime();

            JsonNode list = ok(gateway().get("/v1/" + kind));

            assertThat(Duration.ofNanos(System.nanoTime() - before)).as(kind).isLessThan(Duration.ofSeconds(5));
            assertThat(texts(list.required(kind), "engine"))
                    .containsOnly("alive")
                    .isNotEmpty();
            JsonNode warnings = list.required("warnings");
            assertThat(texts(warnings, "engine")).containsExactlyInAnyOrder("gone", "slow");
            assertThat(warnings).allSatisfy(warning -> {
                assertThat(text(warning, "message")).isNotBlank();
                assertThat(text(warning, "error"))
                        .isEqualTo(text(warning, "engine").equals("gone") ? "engine_unreachable" : "engine_timeout");
            });
        }
    }

    @Test
    void onlyTheEnginesThatAreAskedCanWarn() {
        JsonNode list = ok(gateway().get("/v1/containers?engine=alive"));

        assertThat(list.required("containers").size()).isEqualTo(10);
        assertThat(list.required("warnings").size()).isZero();
        assertThat(texts(ok(gateway().get("/v1/containers?engine=gone")).required("warnings"), "engine"))
                .containsExactly("gone");
    }

    @Test
    void aContainerIsFoundThoughOtherEnginesAreSilent() {
        JsonNode first = ok(gateway().get("/v1/containers?limit=1")).at("/containers/0");

        assertThat(ok(gateway().get(GatewaySubject.path(first, ""))).required("id"))
                .isEqualTo(first.required("id"));
    }

    @Test
    void oneThatMayBeOnASilentEngineIsNotCalledAbsent() {
        JsonNode problem = problem(
                gateway().get("/v1/containers/" + GatewaySubject.NOBODY),
                503,
                "engine_unreachable",
                "ENGINE_UNREACHABLE");

        assertThat(texts(problem.at("/details/unreachable"))).containsExactlyInAnyOrder("gone", "slow");
    }

    @Test
    void aCallToAnEngineThatIsGoneSaysSo() {
        var gone = gateway().get("/v1/containers/gone:web");
        assertThat(text(
                        problem(gone, 503, "engine_unreachable", "ENGINE_UNREACHABLE")
                                .required("details"),
                        "engine"))
                .isEqualTo("gone");
        assertThat(gone.header("Retry-After")).matches("[0-9]+");
        problem(gateway().get("/v1/containers/slow:web"), 504, "engine_timeout", "ENGINE_TIMEOUT");
    }

    @Test
    void aCreateGoesWhereItIsPlaced() {
        var answer = gateway()
                .postJson(
                        "/v1/containers",
                        Map.of("image", "busybox:latest", "placement", Map.of("kinds", new String[] {"simulated"})));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(text(answer.json(), "engine")).isEqualTo("alive");
        assertThat(gateway().delete(answer.header("Location")).status()).isEqualTo(204);
        problem(
                gateway().postJson("/v1/containers", Map.of("image", "busybox:latest", "engine", "gone")),
                503,
                "engine_unreachable",
                "ENGINE_UNREACHABLE");
    }

    @Test
    void theHealthTellsWhichEngineIsDown() {
        JsonNode health = ok(gateway().get("/healthz"));

        assertThat(text(health, "status")).isEqualTo("degraded");
        assertThat(health.at("/engines/alive/status").asString()).isEqualTo("up");
        GatewaySubject.within()
                .untilAsserted(() -> assertThat(ok(gateway().get("/healthz"))
                                .at("/engines/gone/status")
                                .asString())
                        .isEqualTo("down"));
    }

    private static RunningGateway gateway() {
        return Objects.requireNonNull(running);
    }
}
