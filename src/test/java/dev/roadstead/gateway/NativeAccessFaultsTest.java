package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Native access on days on which the engine, or the client, behaves badly. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NativeAccessFaultsTest {
    private static final String OPS = "/v1/engines/docker/native/ops/";

    private ScriptedDaemon daemon;
    private RunningGateway gateway;

    @BeforeAll
    void start() throws IOException {
        daemon = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
        gateway = RunningGateway.start(
                Map.of("docker", daemon.uri(), "demo", "simulated:///"),
                "roadstead.monitoring.interval=1h",
                "roadstead.engines.docker.native-access.deny=* /swarm/**");
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        daemon.close();
    }

    @AfterEach
    void nothingIsLeftUnderWay() {
        daemon.awaitIdle();
    }

    @Test
    void theEnginesStatusHeadersAndBodyComeBackButNotWhatIsAboutTheConnection() {
        daemon.on(
                "GET /info",
                connection -> connection.write(String.join(
                        "\r\n",
                        "HTTP/1.1 203 Fine",
                        "Content-Type: application/json",
                        "X-Own: a",
                        "Set-Cookie: s=1",
                        "Access-Control-Allow-Origin: *",
                        "Connection: X-Hop",
                        "X-Hop: b",
                        "Content-Length: 2",
                        "",
                        "{}")));

        RunningGateway.Answer answer = gateway.postJson(OPS + "SystemInfo", "{}");

        assertThat(answer.status()).isEqualTo(203);
        assertThat(answer.text()).isEqualTo("{}");
        assertThat(answer.header("x-own")).isEqualTo("a");
        assertThat(answer.header("content-length")).isEqualTo("2");
        assertThat(answer.headers().keySet())
                .doesNotContain("set-cookie", "access-control-allow-origin", "x-hop", "connection");
    }

    @Test
    void whatIsNotDeclaredIsToldInTheAnswer() {
        daemon.on("GET /info", Script.json(200, "{}"));

        RunningGateway.Answer refused = gateway.postJson(OPS + "SystemInfo", "{'params':{'more':1}}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().path("code").asString()).isEqualTo("UNDECLARED_PARAMETERS");

        RunningGateway.Answer passed =
                gateway.postJson(OPS + "SystemInfo", "{'params':{'more':1},'undeclared':'pass'}");
        assertThat(passed.status()).isEqualTo(200);
        assertThat(passed.header("X-Roadstead-Undeclared")).isEqualTo("more");
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForWhole() throws Exception {
        daemon.on("GET /info", connection -> {
            connection.beginChunks(200, "application/json");
            connection.chunk("{\"a\":".getBytes(StandardCharsets.UTF_8));
            connection.close();
        });

        HttpResponse<InputStream> answer = opened("SystemInfo", "{}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
    }

    @Test
    void aCallHasTheBoundThatTheClientSets() {
        // Not one that the gateway asks for itself: after a late answer it looks how the engine is.
        daemon.on("GET /system/df", Script.silence());

        RunningGateway.Answer answer = gateway.postJson(OPS + "SystemDataUsage", "{'timeouts':{'call':0.3}}");

        assertThat(answer.status()).isEqualTo(408);
        assertThat(answer.json().path("code").asString()).isEqualTo("CALL_TIMED_OUT");
    }

    @Test
    void anAnswerThatFallsSilentForLongerThanTheClientReadsIsBrokenOff() throws Exception {
        daemon.onContainer("GET stats", Script.openStream("application/json", "{}\n".getBytes(StandardCharsets.UTF_8)));

        HttpResponse<InputStream> answer = opened(
                "ContainerStats",
                "{\"params\":{\"id\":\"%s\"},\"timeouts\":{\"read\":0.5}}".formatted(ScriptedDaemon.ID));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
        daemon.awaitIdle();
    }

    @Test
    void aProblemHoldsTheEnginesWholeAnswerIfThatIsWanted() {
        daemon.on(
                "GET /info",
                connection -> connection.write(String.join(
                        "\r\n",
                        "HTTP/1.1 409 Conflict",
                        "Content-Type: application/json",
                        "X-Own: a",
                        "Content-Length: 16",
                        "",
                        "{\"message\":\"no\"}")));

        JsonNode problem = gateway.postJson(OPS + "SystemInfo", "{'throw_entire_message':true}")
                .json();

        assertThat(problem.path("error").asString()).isEqualTo("conflict");
        JsonNode details = problem.path("details");
        assertThat(details.path("engine").asString()).isEqualTo("docker");
        assertThat(details.path("native_status").asInt()).isEqualTo(409);
        assertThat(details.path("native_message").asString()).isEqualTo("no");
        assertThat(details.path("native_body").asString()).isEqualTo("{\"message\":\"no\"}");
        assertThat(details.path("native_headers").path("x-own").path(0).asString())
                .isEqualTo("a");
    }

    @Test
    void anOperationIsToldWithAllThatACallerNeedsToKnow() {
        JsonNode list =
                gateway.get("/v1/engines/docker/native/ops?category=containers").json();
        assertThat(list.path("version").asString()).isEqualTo("1.41");
        assertThat(list.path("operations")
                        .valueStream()
                        .map(one -> "%s %s %s %s"
                                .formatted(
                                        one.path("id").asString(),
                                        one.path("method").asString(),
                                        one.path("path").asString(),
                                        one.path("streaming").asString())))
                .contains(
                        "ContainerLogs GET /containers/{id}/logs multiplexed",
                        "ContainerCreate POST /containers/create none",
                        "ContainerAttach POST /containers/{id}/attach hijack")
                .allMatch(line -> line.contains(" /containers/"));

        JsonNode push = gateway.get(OPS + "ImagePush").json();
        assertThat(push.path("method").asString() + push.path("path").asString())
                .isEqualTo("POST/images/{name}/push");
        assertThat(push.path("params")
                        .valueStream()
                        .map(one -> "%s %s %s %s"
                                .formatted(
                                        one.path("name").asString(),
                                        one.path("in").asString(),
                                        one.path("type").asString(),
                                        one.path("required").asBoolean())))
                .containsExactlyInAnyOrder(
                        "name path string true", "tag query string false", "X-Registry-Auth header string true");
        assertThat(push.path("doc_url").asString())
                .isEqualTo("https://docs.docker.com/reference/api/engine/version/v1.41/#operation/ImagePush");
        JsonNode archive = gateway.get(OPS + "PutContainerArchive").json();
        assertThat(archive.path("body").path("streaming").asString()).isEqualTo("tar");
        assertThat(archive.path("body").path("required").asBoolean()).isTrue();
        assertThat(gateway.get(OPS + "ImageGetAll")
                        .json()
                        .path("params")
                        .path(0)
                        .path("array_form")
                        .asString())
                .isEqualTo("multi");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aClientThatLeavesInMidStreamLeavesNoConnectionBehind(boolean politely) throws IOException {
        daemon.onContainer("GET stats", Script.openStream("application/json", "{}\n".getBytes(StandardCharsets.UTF_8)));
        try (RawClient client = new RawClient(gateway)) {
            String body = "{\"params\":{\"id\":\"%s\"}}".formatted(ScriptedDaemon.ID);
            client.request(
                    "POST " + OPS + "ContainerStats",
                    "Content-Type: application/json",
                    "Content-Length: " + body.length());
            client.send(body.getBytes(StandardCharsets.UTF_8));
            client.readUntil("{}");
            daemon.awaitBusy();
            if (!politely) {
                client.reset();
            }
        }
        daemon.awaitIdle();
    }

    @Test
    void whatIsDeniedNeverReachesTheEngine() {
        RunningGateway.Answer byOperation = gateway.postJson(OPS + "SwarmInspect", "{}");
        assertThat(byOperation.status()).isEqualTo(403);
        assertThat(byOperation.json().path("code").asString()).isEqualTo("NATIVE_DENIED");
        for (String path : new String[] {"/swarm", "/v1.41/%73warm", "/v1.41/swarm%2Finit"}) {
            assertThat(gateway.postJson(
                                    "/v1/engines/docker/native/request", "{'method':'GET','path':'%s'}".formatted(path))
                            .status())
                    .as(path)
                    .isEqualTo(403);
        }
    }

    @Test
    void aRequestThatTriesTricksIsRefused() {
        for (String body : new String[] {
            "{'method':'GET','path':'/containers/../swarm'}",
            "{'method':'GET','path':'//swarm'}",
            "{'method':'GET','path':'/info','headers':{'Transfer-Encoding':'chunked'}}",
            "{'method':'GET','path':'/info','headers':{'X-A':'b\\r\\nX-C: d'}}",
            "{'method':'GET /info HTTP/1.1','path':'/info'}",
            "{'method':'GET','path':'/info\\r\\nX: y'}",
            "{'path':'/info'}"
        }) {
            assertThat(gateway.postJson("/v1/engines/docker/native/request", body)
                            .status())
                    .as(body)
                    .isEqualTo(400);
        }
    }

    @Test
    void anOperationThatTakesTheConnectionOverWantsASocket() {
        RunningGateway.Answer answer = gateway.postJson(OPS + "ExecStart", "{'params':{'id':'x'}}");

        assertThat(answer.status()).isEqualTo(426);
    }

    @Test
    void whatThereIsNotIsToldInOneWay() {
        RunningGateway.Answer operation = gateway.postJson(OPS + "Nothing", "{}");
        assertThat(operation.status()).isEqualTo(404);
        assertThat(operation.json().path("code").asString()).isEqualTo("NO_SUCH_OPERATION");
        RunningGateway.Answer category = gateway.get("/v1/engines/docker/native/ops?category=nothing");
        assertThat(category.status()).isEqualTo(404);
        assertThat(category.json().path("code").asString()).isEqualTo("NO_SUCH_CATEGORY");
        RunningGateway.Answer version = gateway.get("/v1/engines/docker/native/categories?version=1.1");
        assertThat(version.status()).isEqualTo(404);
        assertThat(version.json().path("code").asString()).isEqualTo("NO_SUCH_VERSION");
        assertThat(gateway.get("/v1/engines/docker/native/categories?version=v1.30")
                        .json()
                        .path("version")
                        .asString())
                .isEqualTo("1.30");
    }

    @Test
    void anEngineWithoutAnApiOfItsOwnSaysSo() {
        RunningGateway.Answer answer = gateway.get("/v1/engines/demo/native/categories");

        assertThat(answer.status()).isEqualTo(501);
        assertThat(answer.json().path("details").path("capability").asString()).isEqualTo("native");
    }

    @Test
    void anAnswerBeforeTheUploadIsReadIsTheAnswer() throws Exception {
        daemon.on(
                "PUT /containers/web/archive",
                connection -> connection.write(String.join(
                        "\r\n",
                        "HTTP/1.1 404 Not Found",
                        "Content-Type: application/json",
                        "Content-Length: 16",
                        "Connection: close",
                        "",
                        "{\"message\":\"no\"}")));

        HttpResponse<String> answer = gateway.client()
                .send(
                        gateway.request(
                                        "POST",
                                        OPS + "PutContainerArchive?id=web&path=/",
                                        BodyPublishers.ofInputStream(() -> GeneratedTar.ofSize(8 << 20)))
                                .timeout(Duration.ofSeconds(30))
                                .header("Content-Type", "application/x-tar")
                                .build(),
                        BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("no");
    }

    private HttpResponse<InputStream> opened(String operation, String json) throws Exception {
        return gateway.client()
                .send(
                        gateway.request(
                                        "POST",
                                        OPS + operation,
                                        BodyPublishers.ofString(json),
                                        "Content-Type",
                                        "application/json")
                                .build(),
                        BodyHandlers.ofInputStream());
    }
}
