package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.EngineHttpClient;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.MultiplexedStreamDecoder;
import dev.roadstead.transport.MultiplexedStreamDecoder.Frame;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.TransportSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A real daemon that the gateway is told nothing of but this description. */
@RequiresLab("docker")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class DescribedEngineIT {
    private static final String SPEC = """
            swagger: "2.0"
            info: { title: Docker in part, version: "1.41" }
            basePath: /v1.41
            consumes: [application/json]
            produces: [application/json]
            paths:
              /info:
                get: { operationId: Info, responses: { 200: { description: ok } } }
              /volumes/create:
                post:
                  operationId: VolumeMake
                  parameters: [ { name: body, in: body, required: true, schema: { type: object } } ]
                  responses: { 201: { description: made } }
              /volumes/{name}:
                get:
                  operationId: VolumeShow
                  parameters: [ { name: name, in: path, required: true, type: string } ]
                  responses: { 200: { description: ok } }
                delete:
                  operationId: VolumeDrop
                  parameters:
                    - { name: name, in: path, required: true, type: string }
                    - { name: force, in: query, type: boolean }
                  responses: { 204: { description: gone } }
              /session:
                post:
                  operationId: Session
                  x-roadstead-streaming: hijack
                  responses: { 101: { description: upgraded } }
            """;
    private static final String OPS = "/v1/engines/part/native/ops/";
    private static final String PROXY = "/v1/engines/part/proxy";
    private static final String VOLUME = "roadstead-test-described";
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final String container =
            "roadstead-test-described-" + UUID.randomUUID().toString().substring(0, 8);

    @TempDir
    private static Path folder;

    private RunningGateway gateway;

    @BeforeAll
    void start() throws IOException {
        gateway = RunningGateway.start(
                Map.of("part", Lab.docker().toString()),
                "roadstead.engines.part.kind=openapi",
                "roadstead.engines.part.spec=" + Files.writeString(folder.resolve("part.yaml"), SPEC),
                "roadstead.engines.part.native-access.deny=* /swarm/**,POST /session",
                "roadstead.monitoring.interval=1h");
    }

    @AfterEach
    void remove() {
        gateway.postJson(OPS + "VolumeDrop", "{'params':{'name':'%s','force':true}}".formatted(VOLUME));
        gateway.delete(PROXY + "/v1.41/containers/%s?force=true&v=true".formatted(container));
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @Test
    void itIsUpAndItsOperationsDoWhatTheyDoDirectly() {
        JsonNode engine = gateway.get("/v1/engines/part").json();
        assertThat(engine.path("status").asString()).isEqualTo("up");
        assertThat(gateway.postJson(OPS + "Info", "{}")
                        .json()
                        .path("ServerVersion")
                        .asString())
                .isNotEmpty();

        RunningGateway.Answer made = gateway.postJson(OPS + "VolumeMake", "{'data':{'Name':'%s'}}".formatted(VOLUME));
        assertThat(made.status()).isEqualTo(201);
        String named = "{'params':{'name':'%s'}}".formatted(VOLUME);
        assertThat(gateway.postJson(OPS + "VolumeShow", named)
                        .json()
                        .path("Name")
                        .asString())
                .isEqualTo(VOLUME);
        assertThat(gateway.postJson(OPS + "VolumeDrop", named).status()).isEqualTo(204);
        assertThat(gateway.postJson(OPS + "VolumeShow", named).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/_ping",
                "/v1.41/version",
                "/v1.41/images/json",
                "/v1.41/containers/roadstead-nobody/json",
                "/nowhere"
            })
    void itsProxyAnswersByteForByteAsTheEngineDoesDirectly(String path) throws IOException, InterruptedException {
        EngineReply direct = direct(path);

        HttpResponse<byte[]> proxied = gateway.client()
                .send(
                        gateway.request("GET", PROXY + path, BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofByteArray());

        assertThat(proxied.statusCode()).isEqualTo(direct.status());
        assertThat(proxied.body()).isNotEmpty().isEqualTo(direct.body());
        for (String name : List.of("content-type", "api-version", "server")) {
            assertThat(proxied.headers().allValues(name))
                    .isEqualTo(direct.headers().getOrDefault(name, List.of()));
        }
    }

    @Test
    void aProcessIsSpokenWithOnAConnectionThatIsTakenOver() throws IOException {
        run("sleep 600", false);
        RunningGateway.Answer made = gateway.postJson(
                PROXY + "/v1.41/containers/%s/exec".formatted(container),
                "{'Cmd':['sh','-c','cat; echo end; echo wrong >&2; exit 3'],"
                        + "'AttachStdin':true,'AttachStdout':true,'AttachStderr':true}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String exec = made.json().required("Id").asString();

        try (RawClient client = new RawClient(gateway)) {
            client.request(
                            "POST %s/v1.41/exec/%s/start".formatted(PROXY, exec),
                            "Connection: Upgrade",
                            "Upgrade: tcp",
                            "Content-Type: application/json",
                            "Content-Length: 2")
                    .send(bytes("{}"));
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            client.send(bytes("one\ntwo\n")).finish();
            byte[] said = client.readAll().getBytes(StandardCharsets.ISO_8859_1);
            assertThat(of(said, MultiplexedStreamDecoder.STDOUT)).isEqualTo("one\ntwo\nend\n");
            assertThat(of(said, MultiplexedStreamDecoder.STDERR)).isEqualTo("wrong\n");
        }

        // Its streams end a little before the daemon knows how it ended.
        JsonNode ended = Awaitility.await()
                .atMost(WAIT)
                .until(
                        () -> gateway.get(PROXY + "/v1.41/exec/%s/json".formatted(exec))
                                .json(),
                        told -> !told.required("Running").asBoolean());
        assertThat(ended.required("ExitCode").asInt()).isEqualTo(3);
    }

    @Test
    void aContainerIsAttachedToOnATerminal() throws IOException {
        run("read line; echo heard $line", true);

        try (RawClient client = new RawClient(gateway)) {
            client.request(
                    "POST %s/v1.41/containers/%s/attach?stream=1&stdin=1&stdout=1".formatted(PROXY, container),
                    "Connection: Upgrade",
                    "Upgrade: tcp",
                    "Content-Length: 0");
            assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
            client.send(bytes("hello\n"));
            assertThat(client.readAll()).endsWith("heard hello\r\n");
        }
    }

    @Test
    void dockersOwnCommandWorksByIt() throws IOException, InterruptedException {
        ClientProcess.Outcome outcome = ClientProcess.run(
                List.of("sh", "-c", "echo hello | docker run --rm -i busybox sh -c 'cat; exit 7'"),
                DockerAddress.proxied(gateway, "part").environment(folder),
                WAIT);

        assertThat(outcome).isEqualTo(new ClientProcess.Outcome(7, "hello\n"));
    }

    @ParameterizedTest
    @CsvSource({"GET, /v1.41/swarm", "GET, /swarm/unlockkey", "POST, /v1.41/session", "POST, /session"})
    void itsProxyKeepsTheRules(String method, String path) throws IOException {
        try (RawClient client = new RawClient(gateway)) {
            client.request(method + " " + PROXY + path, "Connection: Upgrade", "Upgrade: h2c", "Content-Length: 0");
            assertThat(client.readUntil("NATIVE_DENIED")).startsWith("HTTP/1.1 403 ");
        }
    }

    private void run(String command, boolean terminal) {
        RunningGateway.Answer made = gateway.postJson(
                PROXY + "/v1.41/containers/create?name=" + container,
                "{'Image':'busybox','Cmd':['sh','-c','%s'],'OpenStdin':true,'Tty':%s}".formatted(command, terminal));
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        RunningGateway.Answer started = gateway.post(PROXY + "/v1.41/containers/%s/start".formatted(container));
        assertThat(started.status()).as(started.text()).isEqualTo(204);
    }

    private static EngineReply direct(String path) {
        EngineHttpClient client =
                new EngineHttpClient(new TransportSettings("direct", Lab.docker(), WAIT, WAIT, WAIT, 1, null, null));
        try {
            return client.request(EngineRequest.get(path)).blockOptional(WAIT).orElseThrow();
        } finally {
            client.close().block(WAIT);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What one of the streams said. */
    private static String of(byte[] frames, int stream) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        new MultiplexedStreamDecoder("part")
                .feed(frames).stream()
                        .filter((Frame frame) -> frame.stream() == stream)
                        .forEach(frame -> said.writeBytes(frame.data()));
        return said.toString(StandardCharsets.UTF_8);
    }
}
