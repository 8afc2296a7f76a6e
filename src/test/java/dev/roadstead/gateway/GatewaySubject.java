package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;

/** The gateway that a contract is tested on, the engine behind it, and what the tests need of both. */
public interface GatewaySubject {
    /** A cuid that no container has. */
    String NOBODY = "c00000000-0000-4000-8000-000000000000";

    /** The gateway under test; the same one during a whole test. */
    RunningGateway gateway();

    /** What this test makes; a new object for each test. */
    MadeOverHttp made();

    /** The name of the engine that everything is made on. */
    String ENGINE = "local";

    /** An image on the engine, with a shell like busybox's. */
    String IMAGE = "busybox:latest";

    /** The image's name as the engine tells it. */
    default String image() {
        return IMAGE;
    }

    /** A container that runs until it is told to stop, and then stops at once with exit code 0. */
    default Map<String, Object> idle() {
        return shell("trap 'echo bye; exit 0' TERM; echo ready; while :; do sleep 0.1; done");
    }

    /** A container whose main process is a shell with this script; skips the test if the engine lacks {@code command}. */
    default Map<String, Object> shell(String script) {
        needs("command");
        return made().container(Map.of("image", image(), "command", List.of("sh", "-c", script)));
    }

    /** A container that does not stop before it is killed, where clients say what runs. */
    default Map<String, Object> stubborn() {
        return has("command") ? shell("trap '' TERM; while :; do sleep 0.1; done") : idle();
    }

    /** Checks the exit code that is told of a container; of one whose main process nobody chose it is not known. */
    default void exitCode(JsonNode told, int code) {
        JsonNode exitCode = told.required("exit_code");
        if (has("command")) {
            assertThat(exitCode.asInt(-1)).as(told.toString()).isEqualTo(code);
        } else {
            assertThat(exitCode.isNull()).as(told.toString()).isTrue();
        }
    }

    /** A copy of a body with one more field. */
    static Map<String, Object> with(Map<String, Object> body, String field, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(body);
        more.put(field, value);
        return more;
    }

    /** The container that a create gives, which must succeed. */
    default JsonNode created(Map<String, Object> body) {
        Answer answer = gateway().postJson("/v1/containers", body);
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        return answer.json();
    }

    /** A container of this body, started. */
    default JsonNode started(Map<String, Object> body) {
        return created(with(body, "start", true));
    }

    /** An idle container that runs and is ready to be told to stop. */
    default JsonNode running() {
        JsonNode container = started(idle());
        ready(container);
        return container;
    }

    /** Waits until an idle container is ready to be told to stop, which it is a moment after its start. */
    default void ready(JsonNode container) {
        // Not by the time of its start: Docker's may be later than that of its first line.
        within().until(() ->
                gateway().get(path(container, "/logs?tail=1")).text().equals("ready\n"));
    }

    /** A container that ran this script to its end. */
    default JsonNode ended(String script) {
        return ended(shell(script));
    }

    /** A container of this body that ran to its end. */
    default JsonNode ended(Map<String, Object> body) {
        JsonNode container = started(body);
        ok(gateway().post(path(container, "/wait?timeout=30")));
        return container;
    }

    /** A container as it stands. */
    default JsonNode shown(JsonNode container) {
        return ok(gateway().get(path(container, "")));
    }

    default String status(JsonNode container) {
        return text(ok(gateway().get(path(container, "/status"))), "status");
    }

    /** Whether the engine can do something, natively or with the gateway's help. */
    default boolean has(String capability) {
        JsonNode capabilities = ok(gateway().get(engine(""))).required("capabilities");
        return !text(capabilities.required(capability), "support").equals("unsupported");
    }

    /** Skips the test if the engine lacks one of these. */
    default void needs(String... capabilities) {
        for (String capability : capabilities) {
            Assumptions.assumeTrue(has(capability), () -> "the engine lacks " + capability);
        }
    }

    /** Checks that an answer refuses what the engine lacks. */
    static JsonNode unsupported(Answer answer, String capability) {
        JsonNode problem = problem(answer, 501, "unsupported", "UNSUPPORTED");
        assertThat(text(problem.required("details"), "capability")).isEqualTo(capability);
        return problem;
    }

    /** A path below a container's. */
    static String path(JsonNode container, String more) {
        return "/v1/containers/" + text(container, "cuid") + more;
    }

    /** A path below the engine's. */
    static String engine(String more) {
        return "/v1/engines/" + ENGINE + more;
    }

    static String text(JsonNode node, String field) {
        return node.required(field).asString();
    }

    /** The texts of an array, or of one field of its objects. */
    static List<String> texts(JsonNode array, String... field) {
        List<String> texts = new ArrayList<>();
        array.forEach(item -> texts.add(field.length == 0 ? item.asString() : text(item, field[0])));
        return texts;
    }

    /** The body of an answer that must be 200. */
    static JsonNode ok(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer.json();
    }

    /** Checks that an answer is 204 and empty. */
    static void empty(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(204);
        assertThat(answer.text()).isEmpty();
    }

    /** Checks that an answer is a problem, whole and of this kind, and gives it. */
    static JsonNode problem(Answer answer, int status, String error, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode problem = answer.json();
        assertThat(text(problem, "error")).as(answer.text()).isEqualTo(error);
        assertThat(text(problem, "code")).as(answer.text()).isEqualTo(code);
        assertThat(problem.required("status").asInt()).isEqualTo(status);
        for (String member : List.of("type", "title", "detail", "instance", "message", "timestamp")) {
            assertThat(text(problem, member)).as(member).isNotBlank();
        }
        assertThat(text(problem, "request_id")).isEqualTo(answer.header("X-Request-Id"));
        assertThat(problem.required("details").isObject()).isTrue();
        return problem;
    }

    /** Checks that an answer refuses a field's value. */
    static JsonNode refused(Answer answer, String code, String field) {
        JsonNode problem = problem(answer, 400, "validation_error", code);
        assertThat(text(problem.required("details"), "field")).isEqualTo(field);
        return problem;
    }

    /** Waits for a condition, longer than any healthy engine takes. */
    static ConditionFactory within() {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
    }

    @AfterEach
    default void removeWhatTheTestMade() {
        made().removeAll();
    }
}
