package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Real engines' own APIs through the gateway, against the same engines asked directly. */
@RequiresLab({"docker", "podman", "lxd"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeAccessIT {
    private static final long LARGE = 100L << 20;
    private static final long MORE_HEAP = 64L << 20;

    private RunningGateway gateway;
    private LabContainers containers;

    @BeforeAll
    void start() {
        gateway = RunningGateway.start(
                Map.of(
                        "docker", Lab.docker().toString(),
                        "podman", Lab.podman().toString(),
                        "lxd", Lab.lxd().toString()),
                "roadstead.engines.podman.kind=podman",
                "roadstead.engines.lxd.kind=lxd",
                "roadstead.monitoring.interval=1h");
        containers = new LabContainers(gateway, "docker", "native");
    }

    @AfterAll
    void stop() {
        try {
            containers.removeAll();
        } finally {
            gateway.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "podman", "lxd"})
    void everyReadingOperationWithoutParametersAnswersAsTheEngineDoesDirectly(String name) {
        URI uri = switch (name) {
            case "docker" -> Lab.docker();
            case "podman" -> Lab.podman();
            default -> Lab.lxd();
        };
        new NativeReads(gateway).areAsTheyAreDirectly(name, uri);
    }

    @Test
    void podmansOwnCategoriesStandBesideThoseThatItHasLikeDocker() {
        assertThat(gateway.get("/v1/engines/podman/native/categories")
                        .json()
                        .path("categories")
                        .valueStream()
                        .map(JsonNode::asString))
                .contains("containers", "images", "libpod/containers", "libpod/pods");
    }

    @Test
    void aHundredMegabytesGoInAndComeOutAndTheHeapStaysSmall() throws Exception {
        String id = containers.run("store", "mkdir /store; sleep 600");
        long before = Heap.usedAfterCollection();
        HttpResponse<String> put = gateway.client()
                .send(
                        gateway.request(
                                        "POST",
                                        "/v1/engines/docker/native/ops/PutContainerArchive?id=%s&path=/store"
                                                .formatted(id),
                                        BodyPublishers.ofInputStream(() -> GeneratedTar.ofSize(LARGE)))
                                .timeout(Duration.ofMinutes(2))
                                .header("Content-Type", "application/x-tar")
                                .build(),
                        BodyHandlers.ofString());
        assertThat(put.statusCode()).as(put.body()).isEqualTo(200);

        HttpResponse<InputStream> archive = gateway.client()
                .send(
                        gateway.request(
                                        "POST",
                                        "/v1/engines/docker/native/ops/ContainerArchive",
                                        BodyPublishers.ofString(
                                                "{\"params\":{\"id\":\"%s\",\"path\":\"/store/large\"}}".formatted(id)),
                                        "Content-Type",
                                        "application/json")
                                .build(),
                        BodyHandlers.ofInputStream());
        assertThat(archive.statusCode()).isEqualTo(200);
        assertThat(archive.headers().firstValue("x-docker-container-path-stat")).isPresent();
        try (Sampled body = new Sampled(archive.body(), LARGE)) {
            assertThat(GeneratedTar.digest(body)).isEqualTo(GeneratedTar.digest(GeneratedTar.ofSize(LARGE)));
            assertThat(body.count()).isBetween(LARGE + 3 * 512, LARGE + 32 * 1024);
            assertThat(body.mostHeap() - before).isLessThan(MORE_HEAP);
        }
    }

    @Test
    void aContainerIsCreatedLookedAtAndRemovedInTheEnginesOwnWords() {
        String base = "/v1/engines/docker/native/ops/";
        JsonNode made = gateway.postJson(
                        base + "ContainerCreate",
                        "{'params':{'name':'roadstead-native-made'},'data':{'Image':'busybox','Cmd':['true'],"
                                + "'Labels':{'dev.roadstead.test':'native'}}}")
                .json();
        String id = made.path("Id").asString();
        try {
            assertThat(gateway.postJson(base + "ContainerInspect", "{'params':{'id':'roadstead-native-made'}}")
                            .json()
                            .path("Id")
                            .asString())
                    .isEqualTo(id);
            assertThat(gateway.postJson(
                                    base + "ContainerList",
                                    "{'params':{'all':true,'filters':{'label':['dev.roadstead.test=native']}}}")
                            .json())
                    .hasSize(1);
        } finally {
            assertThat(gateway.postJson(base + "ContainerDelete", "{'params':{'id':'%s','force':true}}".formatted(id))
                            .status())
                    .isEqualTo(204);
        }
    }

    @Test
    void whatTheEngineRefusesIsItsOwnAnswerOrAProblemIfThatIsWanted() {
        String missing = "'params':{'id':'roadstead-nobody'}";
        RunningGateway.Answer own =
                gateway.postJson("/v1/engines/docker/native/ops/ContainerInspect", "{%s}".formatted(missing));
        assertThat(own.status()).isEqualTo(404);
        assertThat(own.json().path("message").asString()).contains("No such container");

        RunningGateway.Answer problem = gateway.postJson(
                "/v1/engines/docker/native/ops/ContainerInspect", "{%s,'throw_exceptions':true}".formatted(missing));
        assertThat(problem.status()).isEqualTo(404);
        assertThat(problem.header("content-type")).startsWith("application/problem+json");
        assertThat(problem.json().path("code").asString()).isEqualTo("NATIVE_FAILURE");
        assertThat(problem.json().path("details").has("native_body")).isFalse();

        JsonNode entire = gateway.postJson(
                        "/v1/engines/docker/native/ops/ContainerInspect",
                        "{%s,'throw_entire_message':true}".formatted(missing))
                .json();
        assertThat(entire.path("details").path("native_body").asString()).contains("No such container");
    }

    @Test
    void whatNoDescriptionKnowsIsAskedForByItsPath() {
        assertThat(gateway.postJson(
                                "/v1/engines/podman/native/request", "{'method':'GET','path':'/v4.0.0/libpod/_ping'}")
                        .text())
                .isEqualTo("OK");
        assertThat(gateway.postJson(
                                "/v1/engines/lxd/native/request",
                                "{'method':'GET','path':'/1.0/instances','query':{'recursion':1}}")
                        .json()
                        .path("type")
                        .asString())
                .isEqualTo("sync");
    }

    @Test
    void aTerminalIsHadInTheEnginesOwnWords() {
        String id = containers.run("terminal", "sleep 600");
        String exec = gateway.postJson(
                        "/v1/engines/docker/native/ops/ContainerExec",
                        ("{'params':{'id':'%s'},'data':{'AttachStdin':true,'AttachStdout':true,'AttachStderr':true,"
                                        + "'Tty':true,'Cmd':['sh']}}")
                                .formatted(id))
                .json()
                .path("Id")
                .asString();
        String data = RunningGateway.encoded("{\"Detach\":false,\"Tty\":true}");
        try (SocketClient client =
                SocketClient.open(gateway, "/v1/ws/native/docker/ExecStart?id=%s&data=%s".formatted(exec, data))) {
            client.next("started");
            client.type("echo sum-$((40+2))\n").untilOutput("sum-42");
            client.type("exit\n").until("end");
            client.closed(1000);
        }
    }

    @Test
    void anEngineThatRefusesItsConnectionSaysSoBeforeTheSocketOpens() {
        RunningGateway.Answer answer = SocketClient.refused(
                gateway,
                "/v1/ws/native/docker/ContainerAttach?id=roadstead-nobody&stream=true&stdout=true",
                SocketClient.authorization(gateway));

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("code").asString()).isEqualTo("NATIVE_FAILURE");
    }

    @Test
    void theEnginesOwnWebSocketIsPassedOn() {
        try (SocketClient client = SocketClient.open(gateway, "/v1/ws/native/lxd/events_get?type=lifecycle")) {
            client.next("started");
            assertThat(gateway.postJson(
                                    "/v1/engines/lxd/native/ops/profiles_post",
                                    "{'data':{'name':'roadstead-native-profile'}}")
                            .status())
                    .isEqualTo(201);
            try {
                client.untilOutput("profile-created");
            } finally {
                assertThat(gateway.postJson(
                                        "/v1/engines/lxd/native/ops/profile_delete",
                                        "{'params':{'name':'roadstead-native-profile'}}")
                                .status())
                        .isEqualTo(200);
            }
        }
    }
}
