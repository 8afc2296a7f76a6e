package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.catalog.Catalog;
import dev.roadstead.catalog.CatalogOperation;
import dev.roadstead.catalog.ShippedCatalogs;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.TransportSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Real engines' own APIs through the gateway, against the same engines asked directly. */
@RequiresLab({"docker", "podman", "lxd"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeAccessIT {
    private static final Logger LOG = LoggerFactory.getLogger(NativeAccessIT.class);
    private static final Duration WAIT = Duration.ofSeconds(30);
    private static final long LARGE = 100L << 20;
    private static final long HEAP = 160L << 20;
    private static final JsonMapper JSON = JsonMapper.shared();

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

    /** What can be compared of two answers: values change, their names and kinds do not. */
    private record Seen(
            int status, @Nullable String type, @Nullable String shape) {}

    @ParameterizedTest
    @ValueSource(strings = {"docker", "podman", "lxd"})
    void everyReadingOperationWithoutParametersAnswersAsTheEngineDoesDirectly(String name) {
        String version = gateway.get("/v1/engines/%s/native/categories".formatted(name))
                .json()
                .path("version")
                .asString();
        Catalog catalog = Objects.requireNonNull(
                new ShippedCatalogs().named(name, version).block(WAIT));
        EngineHttpClient direct = client(name);
        List<String> differences = new ArrayList<>();
        int called = 0;
        try {
            String prefix = catalog.prefix(spoken(name));
            for (CatalogOperation operation : catalog.operations()) {
                if (isPlainRead(operation)) {
                    called++;
                    Seen through = through(name, operation);
                    Seen straight = straight(direct, prefix, operation);
                    if (!through.equals(straight)) {
                        differences.add("%s: %s, directly %s".formatted(operation.id(), through, straight));
                    }
                }
            }
        } finally {
            direct.close().block(WAIT);
        }
        LOG.info("{} {}: {} operations called", name, version, called);
        assertThat(differences).isEmpty();
        assertThat(called).isGreaterThan(10);
    }

    private static boolean isPlainRead(CatalogOperation operation) {
        return operation.method().equals("GET")
                && !operation.streaming().takesOver()
                && operation.body() == null
                && operation.parameters().stream().noneMatch(known -> known.required());
    }

    private static boolean headOnly(CatalogOperation operation) {
        return operation.streaming().mayBeSilent() || operation.streaming() == dev.roadstead.catalog.Streaming.TAR;
    }

    private Seen through(String engine, CatalogOperation operation) {
        try {
            HttpResponse<InputStream> answer = gateway.client()
                    .send(
                            gateway.request(
                                            "POST",
                                            "/v1/engines/%s/native/ops/%s".formatted(engine, operation.id()),
                                            BodyPublishers.ofString("{}"),
                                            "Content-Type",
                                            "application/json")
                                    .build(),
                            BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                return new Seen(
                        answer.statusCode(),
                        answer.headers().firstValue("content-type").orElse(null),
                        headOnly(operation) ? null : shape(new String(body.readAllBytes(), StandardCharsets.UTF_8)));
            }
        } catch (IOException failed) {
            return new Seen(-1, null, failed.toString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private static Seen straight(EngineHttpClient direct, String prefix, CatalogOperation operation) {
        String query = operation.fixedQuery().entrySet().stream()
                .map(entry -> entry.getValue().isEmpty() ? entry.getKey() : entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("&"));
        EngineRequest request = EngineRequest.get(prefix + operation.path() + (query.isEmpty() ? "" : "?" + query));
        if (headOnly(operation)) {
            return Objects.requireNonNull(Mono.usingWhen(
                            direct.stream(request, Silence.ALLOWED),
                            reply -> Mono.just(new Seen(reply.status(), reply.header("content-type"), null)),
                            reply -> Mono.fromRunnable(reply::close))
                    .block(WAIT));
        }
        EngineReply reply = Objects.requireNonNull(direct.request(request).block(WAIT));
        return new Seen(reply.status(), reply.header("content-type"), shape(reply.text()));
    }

    private static String shape(String text) {
        try {
            return shape(JSON.readTree(text));
        } catch (JacksonException noJson) {
            return text.isEmpty() ? "empty" : "text";
        }
    }

    private static String shape(JsonNode node) {
        if (node.isObject()) {
            Map<String, String> members = new TreeMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), shape(member.getValue())));
            return members.toString();
        }
        if (node.isArray()) {
            TreeSet<String> items = new TreeSet<>();
            node.forEach(item -> items.add(shape(item)));
            return items.toString();
        }
        return node.getNodeType().toString();
    }

    @Test
    void aHundredMegabytesGoInAndComeOutAndTheHeapStaysSmall() throws Exception {
        String id = containers.run("store", "mkdir /store; sleep 600");
        Heap.usedAfterCollection();
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
        long most = 0;
        long count = 0;
        byte[] part = new byte[1 << 16];
        try (InputStream body = archive.body()) {
            for (int read = body.read(part); read >= 0; read = body.read(part)) {
                if (count / (LARGE / 4) != (count + read) / (LARGE / 4)) {
                    most = Math.max(most, Heap.usedAfterCollection());
                }
                count += read;
            }
        }
        assertThat(count).isBetween(LARGE + 3 * 512, LARGE + 32 * 1024);
        assertThat(most).isLessThan(HEAP);
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

    private String spoken(String name) {
        JsonNode engine = gateway.get("/v1/engines/" + name).json();
        return engine.path(name.equals("docker") ? "api_version" : "version").asString();
    }

    private static EngineHttpClient client(String name) {
        URI uri = switch (name) {
            case "docker" -> Lab.docker();
            case "podman" -> Lab.podman();
            default -> Lab.lxd();
        };
        return new EngineHttpClient(new TransportSettings(name, uri, WAIT, WAIT, WAIT, 4, null, null));
    }
}
