package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.kleened.standin.KleenedStandIn;
import dev.roadstead.adapter.kleened.standin.Mischief;
import dev.roadstead.adapter.kleened.standin.RequiresJails;
import dev.roadstead.adapter.kleened.standin.Timing;
import dev.roadstead.gateway.RunningGateway.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** What users of the gateway see when Kleened has a bad day, or does what only it would do. */
@RequiresJails
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KleenedBadDaysIT {
    private static final String IMAGE = "FreeBSD:testing";
    private static final String NATIVE = "/v1/engines/jails/native/request";

    /** Kleened cuts a silent client off after a minute; this one does it sooner, and only a ping can hold it off. */
    private static final Duration CUT = Duration.ofSeconds(23);

    private KleenedStandIn standIn;
    private RunningGateway gateway;

    @BeforeAll
    void start(@TempDir Path folder) {
        standIn = KleenedStandIn.onUnixSocket(
                folder, KleenedStandIn.Options.RECORDED.with(Timing.RECORDED.withWebSocketIdle(CUT)));
        gateway = RunningGateway.start(
                Map.of("jails", standIn.uri().toString()),
                "roadstead.engines.jails.kind=kleened",
                // What is to go wrong shall do so at the test's own call.
                "roadstead.engines.jails.kleened.poll-interval=10m",
                "roadstead.engines.jails.request-timeout=8s");
    }

    @AfterAll
    void stop() {
        gateway.close();
        standIn.close();
    }

    @AfterEach
    void removeAll() {
        ok(gateway.get("/v1/containers?engine=jails"))
                .required("containers")
                .forEach(container -> assertThat(
                                gateway.delete(path(container, "?force=true")).status())
                        .isEqualTo(204));
    }

    @ParameterizedTest
    @EnumSource(
            value = Mischief.class,
            names = {"CRASH", "CRASH_HTML", "NOT_JSON"})
    void aPageOfACrashIsNeverShown(Mischief how) {
        JsonNode container = running();

        standIn.misbehave("/containers/create", how);
        hidden(gateway.postJson("/v1/containers", Map.of("engine", "jails", "image", IMAGE)), how);
        standIn.misbehave("/containers/list", how);
        hidden(gateway.get("/v1/containers/jails:whatever"), how);
        standIn.misbehave("/exec/create", how);
        hidden(gateway.postJson(path(container, "/exec"), Map.of("command", List.of("true"))), how);
        standIn.misbehave("/images/list", how);
        hidden(gateway.get("/v1/engines/jails/images"), how);
        standIn.misbehave("/containers/list", how);
        Answer list = gateway.get("/v1/containers?engine=jails");
        assertThat(list.text()).doesNotContain("secret", "RuntimeError", "DOCTYPE");
        assertThat(list.json().required("warnings").size()).isEqualTo(1);

        assertThat(text(ok(gateway.get(path(container, ""))), "status")).isEqualTo("running");
    }

    private static void hidden(Answer answer, Mischief how) {
        problem(answer, 502, "engine_error", how == Mischief.NOT_JSON ? "ENGINE_NONSENSE" : "ENGINE_CRASHED");
        assertThat(answer.text()).doesNotContain("secret", "RuntimeError", "DOCTYPE");
    }

    @ParameterizedTest
    @EnumSource(
            value = Mischief.class,
            names = {"CRASH", "DROP"})
    void aSocketThatCrashesIsAFailureAndTheNextOneWorks(Mischief how) {
        JsonNode container = running();

        standIn.misbehave("/exec/start", how);
        problem(
                gateway.postJson(path(container, "/exec"), Map.of("command", List.of("true"))),
                502,
                "engine_error",
                how == Mischief.CRASH ? "ENGINE_CRASHED" : "ENGINE_BROKE_OFF");

        assertThat(exitCode(container, "true")).isZero();
    }

    private int exitCode(JsonNode container, String script) {
        return ok(gateway.postJson(path(container, "/exec"), Map.of("command", script)))
                .required("exit_code")
                .asInt();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mischief.class,
            names = {"DROP_IN_OUTPUT", "DROP_AT_END", "CLOSE_WITHOUT_JSON", "CLOSE_WITH_OTHER_TEXT"})
    void aTerminalWhoseEndIsNotToldEndsWithAFailureAndNoExitCode(Mischief how) {
        JsonNode container = running();
        standIn.misbehave("/exec/start", how);

        try (SocketClient client = shell(container, "echo one")) {
            String id = text(client.next("started"), "exec_id");
            List<JsonNode> frames = client.until("error");
            assertThat(frames.getLast().required("fatal").asBoolean()).isTrue();
            assertThat(text(frames.getLast().required("error"), "error")).isEqualTo("engine_error");
            assertThat(frames).noneMatch(frame -> text(frame, "type").equals("exit"));
            client.closed(1011);

            JsonNode exec = ok(gateway.get("/v1/exec/" + id));
            assertThat(text(exec, "status")).isEqualTo("failed");
            assertThat(exec.required("exit_code").isNull()).isTrue();
        }
    }

    @Test
    void twoOfOneNameAreToldApartByTheirIds() {
        String first = foreign("twin");
        String second = foreign("twin");

        JsonNode ambiguous = problem(gateway.get("/v1/containers/jails:twin"), 409, "conflict", "AMBIGUOUS_ADDRESS");
        assertThat(GatewaySubject.texts(ambiguous.required("details").required("candidates")))
                .containsExactlyInAnyOrder(first, second);
        problem(gateway.post("/v1/containers/jails:twin/start"), 409, "conflict", "AMBIGUOUS_ADDRESS");
        problem(gateway.delete("/v1/containers/jails:twin"), 409, "conflict", "AMBIGUOUS_ADDRESS");
        assertThat(ok(gateway.get("/v1/containers?name=twin"))
                        .required("containers")
                        .size())
                .isEqualTo(2);
        assertThat(text(ok(gateway.get("/v1/containers/jails:" + second)), "id"))
                .isEqualTo(second);

        Map<String, Object> third = Map.of("engine", "jails", "image", IMAGE, "name", "twin");
        problem(gateway.postJson("/v1/containers", third), 409, "conflict", "NAME_IN_USE");
        JsonNode other = created(Map.of("name", "other"));
        problem(gateway.postJson(path(other, "/rename"), Map.of("name", "twin")), 409, "conflict", "NAME_IN_USE");
        problem(gateway.postJson(path(other, "/rename"), Map.of("name", first)), 409, "conflict", "NAME_IN_USE");
    }

    @Test
    void whatIsEmptyStandsForNothing() {
        String only = foreign("only");

        for (String address : List.of("jails:", "jails:%20", "jails:0")) {
            assertThat(gateway.get("/v1/containers/" + address).status())
                    .as(address)
                    .isIn(400, 404);
            assertThat(gateway.delete("/v1/containers/" + address + "?force=true")
                            .status())
                    .as(address)
                    .isIn(400, 404);
        }
        problem(
                gateway.postJson("/v1/containers", Map.of("engine", "jails", "image", "")),
                400,
                "validation_error",
                "MISSING_IMAGE");
        for (String what : List.of("images", "networks", "volumes")) {
            assertThat(gateway.delete("/v1/engines/jails/%s/%%20".formatted(what))
                            .status())
                    .as(what)
                    .isIn(400, 404);
        }
        assertThat(text(ok(gateway.get("/v1/containers/jails:" + only)), "name"))
                .isEqualTo("only");
        assertThat(ok(gateway.get("/v1/engines/jails/images")).toString()).contains(IMAGE);
    }

    @Test
    void aProcessOutlivesItsClientBecauseTheGatewayHoldsTheLink() {
        JsonNode container = running();
        String id;
        try (SocketClient client = shell(container, "echo one; read x; echo got $x; exit 9")) {
            id = text(client.next("started"), "exec_id");
            client.untilOutput("one\n");
            client.reset();
        }
        assertThat(text(ok(gateway.get("/v1/exec/" + id)), "status")).isEqualTo("running");

        try (SocketClient client = SocketClient.open(gateway, "/v1/ws/exec/" + id + "?from=0")) {
            client.untilOutput("one\n");
            client.type("it\n");
            List<JsonNode> rest = client.until("exit");
            assertThat(SocketClient.text(rest, "stdout")).isEqualTo("got it\n");
            assertThat(rest.getLast().required("code").asInt()).isEqualTo(9);
            client.closed(1000);
        }
        try (SocketClient client = shell(container, "echo ready; sleep 300")) {
            id = text(client.next("started"), "exec_id");
            client.untilOutput("ready\n");
            client.sayClose(1000);
            client.closed(1000);
        }
        String closed = id;
        within().until(() ->
                !text(ok(gateway.get("/v1/exec/" + closed)), "status").equals("running"));
        within().until(() ->
                !ok(gateway.get(path(container, "/top"))).toString().contains("sleep 300"));
    }

    @Test
    void aSilenceLongerThanKleenedBearsEndsNothing() {
        JsonNode container = running();
        long silence = CUT.toSeconds() + 4;
        try (SocketClient client =
                shell(container, "sleep %d; touch /tmp/awake; read x; echo got $x".formatted(silence))) {
            client.next("started");
            within().pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> exitCode(container, "test -e /tmp/awake") == 0);
            client.type("it\n");

            List<JsonNode> frames = client.until("exit");
            assertThat(SocketClient.text(frames, "stdout")).isEqualTo("got it\n");
            assertThat(frames.getLast().required("code").asInt()).isZero();
        }
    }

    @Test
    void aChangeLeavesAllThatItDoesNotName() {
        JsonNode container = created(Map.of(
                "name", "kept",
                "command", List.of("sleep", "300"),
                "user", "www",
                "hostname", "kept.example",
                "env", Map.of("A", "1", "B", "2"),
                "tags", List.of("one"),
                "labels", Map.of("team", "blue"),
                "ports", List.of(Map.of("host", 8080, "container", 80)),
                "native", Map.of("jail_param", List.of("allow.raw_sockets=true"))));
        JsonNode before = nativeInspection(container);

        ok(gateway.patchJson(path(container, ""), Map.of("labels", Map.of("team", "green"))));
        Map<String, Object> env = new LinkedHashMap<>();
        env.put("A", null);
        env.put("C", "3");
        ok(gateway.patchJson(path(container, ""), Map.of("env", env)));
        ok(gateway.patchJson(path(container, ""), Map.of("name", "renamed")));

        JsonNode after = nativeInspection(container);
        before.required("container").properties().forEach(field -> {
            if (!field.getKey().equals("env") && !field.getKey().equals("name")) {
                assertThat(after.required("container").get(field.getKey()))
                        .as(field.getKey())
                        .isEqualTo(field.getValue());
            }
        });
        JsonNode shown = ok(gateway.get(path(container, "")));
        assertThat(text(shown, "name")).isEqualTo("renamed");
        assertThat(shown.required("env").toString()).isEqualTo("{\"B\":\"2\",\"C\":\"3\"}");
        assertThat(shown.required("labels").toString()).isEqualTo("{\"team\":\"green\"}");
        assertThat(GatewaySubject.texts(shown.required("tags"))).containsExactly("one");
    }

    @Test
    void powersOverTheHostCannotBeSmuggledIn() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("user", "root -n"),
                Map.of("hostname", "a\nexec.prestart=/bin/sh"),
                Map.of("jail_param", List.of("exec.prestart=id")),
                Map.of("native", Map.of("jail_params", List.of("exec.prestart=id"))))) {
            Map<String, Object> body = new LinkedHashMap<>(Map.of("engine", "jails", "image", IMAGE));
            body.putAll(wrong);
            assertThat(gateway.postJson("/v1/containers", body).status())
                    .as(wrong.toString())
                    .isEqualTo(400);
        }
        assertThat(gateway.postJson(path(running(), "/exec"), Map.of("command", List.of("id"), "user", "root -n"))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aReasonTooLongForAFarewellIsAFailureWithTheLastWordsAndLeavesNoImage() {
        Answer making = gateway.postJson(
                "/v1/engines/jails/images/import",
                Map.of("method", "zfs-clone", "dataset", "zroot/empty", "tag", "long:1"));
        assertThat(making.status()).as(making.text()).isEqualTo(202);

        JsonNode made = ok(gateway.get(making.header("Location") + "/wait?timeout=30"));

        assertThat(text(made, "status")).isEqualTo("failed");
        assertThat(text(made.required("error"), "error")).isEqualTo("engine_error");
        assertThat(text(made.required("error"), "message")).contains("told last: cloning dataset...");
        assertThat(ok(gateway.get("/v1/engines/jails/images")).toString()).doesNotContain("long:1");
    }

    @Test
    void aCallThatIsNeverAnsweredRunsOutOfTimeAndNothingElseDoes() {
        JsonNode container = running();
        standIn.misbehave("/images/list", Mischief.HANG);

        problem(gateway.get("/v1/engines/jails/images"), 504, "engine_timeout", "ENGINE_TIMEOUT");

        assertThat(ok(gateway.get("/v1/engines/jails/images")).toString()).contains(IMAGE);
        assertThat(text(ok(gateway.get(path(container, ""))), "status")).isEqualTo("running");
    }

    @Test
    void anUploadedBuildContextIsRefusedWithAReason() {
        JsonNode refusal = GatewaySubject.unsupported(
                gateway.send(gateway.request(
                                "POST",
                                "/v1/engines/jails/images/build?tag=x:1",
                                HttpRequest.BodyPublishers.ofByteArray(new byte[1024]))
                        .header("Content-Type", "application/x-tar")),
                "image_build");

        assertThat(text(refusal.required("details"), "field")).isEqualTo("context_path");
        assertThat(text(refusal, "message")).contains("context_path");
    }

    @Test
    void aDaemonThatWasAwayIsAGapAndWhatChangedMeanwhileIsFound() throws IOException {
        try (RunningGateway watching = RunningGateway.start(
                        Map.of("jails", standIn.uri().toString()),
                        "roadstead.engines.jails.kind=kleened",
                        "roadstead.engines.jails.kleened.poll-interval=200ms");
                EventText events =
                        new EventText(watching.open("/v1/events?engine=jails", "Accept", "application/x-ndjson")
                                .body())) {
            JsonNode container = running();
            awaited(events, "start", text(container, "id"));
            JsonNode gone = running();
            awaited(events, "start", text(gone, "id"));

            standIn.down();
            // The lists are looked at now and then: being away between two looks goes unseen, and nothing would be
            // missed.
            within().until(() -> watching.get("/actuator/prometheus")
                    .text()
                    .contains("roadstead_events_connected{engine=\"jails\"} 0"));
            standIn.up();
            within().until(() -> gateway.delete(path(gone, "?force=true")).status() == 204);

            awaited(events, "gap", "jails");
            awaited(events, "remove", text(gone, "id"));
            within().until(() -> gateway.post(path(container, "/stop")).status() == 200);
            awaited(events, "die", text(container, "id"));
        }
    }

    private static void awaited(EventText events, String action, String word) {
        JsonNode event = events.json();
        while (!text(event, "action").equals(action) || !event.toString().contains(word)) {
            event = events.json();
        }
    }

    private SocketClient shell(JsonNode container, String script) {
        return SocketClient.open(
                gateway,
                TerminalsOverSocket.terminal(container, "?mode=shell&command=" + RunningGateway.encoded(script)));
    }

    private JsonNode created(Map<String, Object> more) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("engine", "jails", "image", IMAGE));
        body.putAll(more);
        Answer answer = gateway.postJson("/v1/containers", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    private JsonNode running() {
        return created(Map.of(
                "command", List.of("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"), "start", true));
    }

    /** A container that somebody else made; its id. */
    private String foreign(String name) {
        Answer answer = gateway.postJson(
                NATIVE,
                Map.of(
                        "method", "POST",
                        "path", "/containers/create",
                        "body", Map.of("image", IMAGE, "name", name)));
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return text(answer.json(), "id");
    }

    private JsonNode nativeInspection(JsonNode container) {
        return ok(gateway.postJson(
                NATIVE, Map.of("method", "GET", "path", "/containers/%s/inspect".formatted(text(container, "id")))));
    }
}
