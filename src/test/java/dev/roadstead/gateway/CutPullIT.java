package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.testing.FreePort;
import dev.roadstead.transport.NoLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Pulls that go wrong at a real daemon, and creates that cannot be finished. */
@RequiresLab({"docker", "registry"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class CutPullIT {
    private static final long A_LAYER_AND_A_HALF = 15L << 20;

    private CuttingProxy registry;
    private CuttingProxy slowRegistry;
    private RunningGateway gateway;
    private LabContainers containers;

    @BeforeAll
    void start() throws IOException {
        registry = CuttingProxy.onTcp(Lab.registry());
        slowRegistry = CuttingProxy.onTcp(Lab.slowRegistry());
        gateway = RunningGateway.start(Map.of("docker", Lab.docker().toString()), "roadstead.monitoring.interval=1h");
        containers = new LabContainers(gateway, "docker", "pull");
    }

    @AfterAll
    void stop() throws IOException {
        try {
            containers.removeAll();
            containers.removeImage(registry.address() + "/lab/layers:1");
            containers.removeImage(slowRegistry.address() + "/lab/layers:1");
        } finally {
            gateway.close();
            registry.close();
            slowRegistry.close();
        }
    }

    @AfterEach
    void theGatewayGoesOn() {
        registry.mend();
        assertThat(gateway.get("/v1/engines/docker/images").status()).isEqualTo(200);
        assertThat(containers.present()).isEmpty();
    }

    @Test
    void aPullThatTheRegistryCutsFails() throws IOException {
        String image = registry.address() + "/lab/layers:1";
        registry.cutAfter(A_LAYER_AND_A_HALF);
        // The daemon tries again by itself: every attempt is cut.
        JsonNode ended = ended(pull(image));
        assertThat(ended.at("/status").asString()).as(ended.toString()).isEqualTo("failed");
        assertThat(ended.at("/error/error").asString()).isIn("engine_error", "not_found");
        assertThat(containers.hasImage(image)).isFalse();
    }

    @Test
    void aPullWithoutCredentialsIsDenied() {
        JsonNode ended = ended(pull(Lab.registryWithPassword() + "/lab/layers:1"));
        assertThat(ended.at("/status").asString()).isEqualTo("failed");
        assertThat(ended.at("/error/error").asString()).isEqualTo("engine_error");
        assertThat(ended.at("/error/code").asString()).isEqualTo("REGISTRY_DENIED");
    }

    @Test
    void aPullOfAMissingImageFailsAsNotFound() {
        for (String image : new String[] {"/lab/layers:nope", "/no/such:1"}) {
            JsonNode ended = ended(pull(Lab.registry() + image));
            assertThat(ended.at("/status").asString()).isEqualTo("failed");
            assertThat(ended.at("/error/code").asString()).as(ended.toString()).isEqualTo("NO_SUCH_IMAGE");
        }
    }

    @Test
    void cancellingAPullEndsItAtTheDaemon() throws IOException {
        String image = slowRegistry.address() + "/lab/layers:1";
        String operation = pull(image);
        long before = slowRegistry.answered();
        Awaitility.await("the pull runs")
                .atMost(Duration.ofSeconds(30))
                .until(() -> slowRegistry.answered() > before + (1 << 20));
        assertThat(gateway.delete(operation).status()).isIn(200, 202, 204);
        assertThat(ended(operation).at("/status").asString()).isEqualTo("cancelled");
        long[] last = {-1};
        Awaitility.await("the daemon pulls no more")
                .pollInterval(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(15))
                .until(() -> {
                    long was = last[0];
                    last[0] = slowRegistry.answered();
                    return was == last[0];
                });
        // Six layers of 10 MB each it would have been.
        assertThat(slowRegistry.answered() - before).isLessThan(50L << 20);
        assertThat(containers.hasImage(image)).isFalse();
    }

    @Test
    void aCreateOfAMissingImageMakesNothing() {
        Answer answer = gateway.postJson(
                "/v1/containers",
                "{'name':'%s','image':'%s/no/such:1','start':true}"
                        .formatted(containers.name("missing"), Lab.registry()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.json().at("/code").asString()).isEqualTo("NO_SUCH_IMAGE");
    }

    @Test
    void aCreateFromARegistryThatIsNotThereMakesNothing() {
        Answer answer = gateway.postJson(
                "/v1/containers",
                "{'name':'%s','image':'127.0.0.1:%d/no/such:1'}"
                        .formatted(containers.name("nowhere"), FreePort.draw()));
        assertThat(answer.status()).as(answer.text()).isEqualTo(404);
        assertThat(answer.json().at("/code").asString()).isEqualTo("NO_SUCH_IMAGE");
        assertThat(answer.json().at("/details/native_message").asString()).contains("connection refused");
    }

    @Test
    void aCreateWhosePortIsTakenUndoesItself() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
            Answer answer = gateway.postJson(
                    "/v1/containers",
                    "{'name':'%s','image':'busybox:latest','start':true,'command':['sleep','60'],'ports':[{'container':80,'host':%d}]}"
                            .formatted(containers.name("port"), taken.getLocalPort()));
            assertThat(answer.status()).as(answer.text()).isEqualTo(409);
            assertThat(answer.json().at("/error").asString()).isEqualTo("conflict");
            assertThat(answer.json().at("/code").asString()).isEqualTo("PORT_IN_USE");
        }
    }

    /** Begins one; the path of its operation. */
    private String pull(String image) {
        Answer begun = gateway.postJson("/v1/engines/docker/images/pull", "{'reference':'%s'}".formatted(image));
        assertThat(begun.status()).as(begun.text()).isEqualTo(202);
        return begun.header("Location");
    }

    private JsonNode ended(String operation) {
        // The daemon tries a broken download again and waits in between: the lab's once, others for more than a minute.
        for (int i = 0; i < 4; i++) {
            Answer answer = gateway.get(operation + "/wait?timeout=50");
            if (answer.status() == 200) {
                return answer.json();
            }
            assertThat(answer.json().at("/code").asString()).isEqualTo("WAIT_TIMEOUT");
        }
        throw new AssertionError(operation + " does not end");
    }
}
