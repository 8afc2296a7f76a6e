package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.roadstead.config.SettingsException;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What an operator finds in the audit log. */
class AuditedRequestsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String ID = "X-Request-Id";

    @TempDir
    private Path folder;

    private Path file;
    private ScriptedDaemon daemon;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        file = folder.resolve("actions.jsonl");
        daemon = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
        gateway = RunningGateway.start(
                Map.of("docker", daemon.uri(), "demo", "simulated:///?containers=1"),
                "roadstead.monitoring.interval=1h",
                "roadstead.security.max-failures=2",
                "roadstead.engines.docker.native-access.deny=* /swarm/**",
                "roadstead.audit.file=" + file);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        daemon.close();
    }

    @Test
    void whatChangesSomethingIsALineWithItsContainerAndWhatOnlyReadsIsNone() throws IOException {
        RunningGateway.Answer made = gateway.postJson(
                "/v1/containers?x=hush",
                "{'engine':'demo','image':'busybox','name':'audited','command':['sleep','60']}",
                ID,
                "made-1");
        String cuid = made.json().required("cuid").asString();
        gateway.get("/v1/containers/demo:audited");
        gateway.get("/v1/containers");
        gateway.post("/v1/containers/demo:audited/start", ID, "started-1");
        gateway.delete("/v1/containers/" + cuid, ID, "deleted-1");
        gateway.delete("/v1/containers/demo:nowhere", ID, "deleted-2");
        gateway.close();

        assertThat(lines()).hasSize(4);
        assertThat(fields(line("made-1")))
                .isEqualTo("tester POST /v1/containers demo %s containerCreate 201 null".formatted(cuid));
        assertThat(fields(line("started-1")))
                .isEqualTo("tester POST /v1/containers/demo:audited/start demo %s containerStart 200 null"
                        .formatted(cuid));
        assertThat(fields(line("deleted-1")))
                .isEqualTo("tester DELETE /v1/containers/%s demo %s containerDelete 422 state_error"
                        .formatted(cuid, cuid));
        assertThat(fields(line("deleted-2")))
                .isEqualTo("tester DELETE /v1/containers/demo:nowhere demo null containerDelete 404 not_found");
        assertThat(Files.readString(file)).doesNotContain("hush");
    }

    @Test
    void whoIsNotLetInIsALineWithTheIdOfTheAnswerAndNoPassword() throws Exception {
        assertThat(refused("/v1/containers", null)).isEqualTo(401);
        assertThat(refused("/v1/containers", "tester:hush-1")).isEqualTo(401);
        assertThat(refused("/v1/containers", "tester:hush-2")).isEqualTo(401);
        assertThat(refused("/v1/containers", "tester:hush-3")).isEqualTo(429);
        gateway.close();

        assertThat(lines().stream().map(AuditedRequestsTest::fields))
                .containsExactly(
                        "null GET /v1/containers null null null 401 auth_error",
                        "null GET /v1/containers null null null 401 auth_error",
                        "null GET /v1/containers null null null 401 auth_error",
                        "null GET /v1/containers null null null 429 rate_limited");
        assertThat(Files.readString(file)).doesNotContain("hush", "Basic", "correct horse");
    }

    @Test
    void whatIsRefusedForAnotherReasonIsALineToo() throws IOException {
        gateway.get("/v1/containers/a%00b", ID, "unsafe-1");
        gateway.postJson("/v1/containers", "{}", ID, "foreign-1", "Origin", "https://elsewhere.example");
        gateway.close();

        assertThat(fields(line("unsafe-1"))).endsWith("null null null 400 validation_error");
        assertThat(fields(line("foreign-1"))).isEqualTo("null POST /v1/containers null null null 403 forbidden");
    }

    @Test
    void everythingNativeIsALineWithWhatTheEngineWasAsked() throws IOException {
        daemon.on("GET /info", Script.json(200, "{}"));
        gateway.postJson("/v1/engines/docker/native/ops/SystemInfo", "{}", ID, "native-1");
        gateway.get("/v1/engines/docker/native/categories", ID, "native-2");
        gateway.postJson(
                "/v1/engines/docker/native/request",
                "{'method':'GET','path':'/v1.41/info','query':{'token':'hush'}}",
                ID,
                "native-3");
        gateway.postJson(
                "/v1/engines/docker/native/request", "{'method':'GET','path':'/swarm/unlockkey'}", ID, "native-4");
        gateway.close();

        assertThat(fields(line("native-1")))
                .matches(
                        "tester POST /v1/engines/docker/native/ops/SystemInfo docker null nativeCall GET (/v[0-9.]+)?/info"
                                + " 200 null");
        assertThat(fields(line("native-2"))).contains(" docker null nativeCategories 200 ");
        assertThat(fields(line("native-3"))).contains(" docker null nativeRequest GET /v1.41/info 200 ");
        assertThat(fields(line("native-4"))).contains(" docker null nativeRequest GET /swarm/unlockkey 403 forbidden");
        assertThat(Files.readString(file)).doesNotContain("hush");
    }

    @Test
    void bytesForAnEngineAreALineIfTheyChangeSomethingOrAreRefused() throws Exception {
        String path = "/v1/engines/docker/proxy";
        daemon.on("POST /containers/web/start", Script.empty(204));
        gateway.get(path + "/v1.41/_ping?token=hush", ID, "bytes-1");
        gateway.post(path + "/v1.41/containers/web/start?token=hush", ID, "bytes-2");
        gateway.get(path + "/swarm/unlockkey", ID, "bytes-3");
        assertThat(refused(path + "/_ping", null)).isEqualTo(401);
        gateway.close();

        assertThat(lines()).hasSize(3);
        assertThat(fields(line("bytes-2")))
                .isEqualTo("tester POST " + path + "/v1.41/containers/web/start docker null proxy 204 null");
        assertThat(fields(line("bytes-3")))
                .isEqualTo("tester GET " + path + "/swarm/unlockkey docker null proxy 403 forbidden");
        assertThat(fields(lines().getLast())).isEqualTo("null GET " + path + "/_ping docker null proxy 401 auth_error");
        assertThat(Files.readString(file)).doesNotContain("hush");
    }

    @Test
    void aWebSocketIsALineWhenItHasEndedWithoutTheTicketThatOpenedIt() throws IOException {
        String target = "/v1/ws/events";
        String ticket = gateway.postJson("/v1/ws-tickets", Map.of("target", target))
                .json()
                .required("ticket")
                .asString();
        try (SocketClient client =
                SocketClient.openAnonymously(gateway, target + "?ticket=" + ticket, ID + ": socket-1")) {
            assertThat(client).isNotNull();
        }
        await().untilAsserted(() -> assertThat(lines()).hasSize(2));

        assertThat(fields(line("socket-1"))).isEqualTo("tester GET /v1/ws/events null null eventSocketFollow 101 null");
        assertThat(Files.readString(file)).doesNotContain(ticket);
    }

    @Test
    void aClientThatLeavesBeforeTheAnswerIsALineWithoutAStatus() throws IOException {
        daemon.on("GET /info", Script.silence());
        String body = "{}";
        try (RawClient client = new RawClient(gateway)) {
            client.request(
                    "POST /v1/engines/docker/native/ops/SystemInfo",
                    ID + ": left-1",
                    "Content-Type: application/json",
                    "Content-Length: " + body.length());
            client.send(body.getBytes(StandardCharsets.UTF_8));
            daemon.awaitBusy();
        }
        await().untilAsserted(() -> assertThat(lines()).hasSize(1));

        assertThat(line("left-1").required("status").isNull()).isTrue();
    }

    @Test
    void anAuditLogThatCannotBeWrittenStopsTheStartAndNamesItsKey() {
        assertThatThrownBy(() -> RunningGateway.start(
                        Map.of("demo", "simulated:///"), "roadstead.audit.file=/proc/no/such/place.jsonl"))
                .hasRootCauseInstanceOf(IOException.class)
                .hasStackTraceContaining("roadstead.audit.file")
                .hasStackTraceContaining(SettingsException.class.getName());
    }

    /** The answer's status; its id must be the line's. */
    private int refused(String path, String credentials) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(gateway.base().resolve(path)).method("GET", BodyPublishers.noBody());
        if (credentials != null) {
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
        var answer = gateway.client().send(request.build(), BodyHandlers.ofString());
        String id = answer.headers().firstValue(ID).orElseThrow();
        await().untilAsserted(
                        () -> assertThat(line(id).required("status").asInt()).isEqualTo(answer.statusCode()));
        return answer.statusCode();
    }

    private List<JsonNode> lines() throws IOException {
        return Files.readAllLines(file).stream().map(JSON::readTree).toList();
    }

    private JsonNode line(String id) throws IOException {
        List<JsonNode> found = lines().stream()
                .filter(line -> line.required("request_id").asString().equals(id))
                .toList();
        assertThat(found).as(id).hasSize(1);
        return found.getFirst();
    }

    private static String fields(JsonNode line) {
        return List.of("user", "method", "path", "engine", "cuid", "action", "status", "error").stream()
                .map(name -> line.required(name).asString("null"))
                .map(value -> value.isEmpty() ? "null" : value)
                .reduce("%s %s"::formatted)
                .orElseThrow();
    }
}
