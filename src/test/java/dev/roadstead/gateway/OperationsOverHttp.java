package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.EventText.Event;
import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Work can be left to an operation, watched, waited for and cancelled, and a repeated create makes nothing twice. */
public interface OperationsOverHttp extends GatewaySubject {
    String PREFER = "Prefer";
    String ASYNC = "respond-async";

    @Test
    default void aCreateCanBeLeftToAnOperation() {
        JsonNode operation = accepted(gateway().postJson("/v1/containers", idle(), PREFER, ASYNC), "container.create");

        JsonNode ended = ok(gateway().get(where(operation) + "/wait?timeout=20"));

        assertThat(text(ended, "status")).isEqualTo("succeeded");
        assertThat(ended.required("error").isNull()).isTrue();
        assertThat(ended.required("resources").size()).isEqualTo(1);
        JsonNode container = ok(gateway().get(ended.at("/resources/0").asString()));
        assertThat(text(container, "status")).isEqualTo("created");
        assertThat(ok(gateway().get(where(operation)))).isEqualTo(ended);
        assertThat(texts(ok(gateway().get("/v1/operations")).required("operations"), "id"))
                .contains(text(operation, "id"));
    }

    @Test
    default void aFailureOfItTellsWhatTheRequestWouldHave() {
        Map<String, Object> body = with(idle(), "image", "roadstead-test/missing:none");
        JsonNode operation = accepted(gateway().postJson("/v1/containers", body, PREFER, ASYNC), "container.create");

        JsonNode ended = ok(gateway().get(where(operation) + "/wait?timeout=20"));

        assertThat(text(ended, "status")).isEqualTo("failed");
        JsonNode error = ended.required("error");
        assertThat(text(error, "error")).isEqualTo("not_found");
        assertThat(text(error, "code")).isEqualTo("NO_SUCH_IMAGE");
        assertThat(error.required("status").asInt()).isEqualTo(404);
        assertThat(text(error, "message")).isNotBlank();
    }

    @Test
    default void actionsCanBeLeftToOperationsToo() {
        JsonNode container = running();

        JsonNode stop = accepted(
                gateway().post(path(container, "/stop?timeout=5"), PREFER, "wait=5, respond-async"), "container.stop");
        assertThat(texts(stop.required("resources"))).containsExactly(path(container, ""));
        assertThat(text(ok(gateway().get(where(stop) + "/wait")), "status")).isEqualTo("succeeded");
        assertThat(status(container)).isEqualTo("stopped");

        JsonNode delete = accepted(gateway().delete(path(container, ""), PREFER, ASYNC), "container.delete");
        assertThat(text(ok(gateway().get(where(delete) + "/wait")), "status")).isEqualTo("succeeded");
        assertThat(gateway().get(path(container, "")).status()).isEqualTo(404);
    }

    @Test
    default void whatIsWrongAtOnceIsNoOperation() {
        problem(
                gateway().post("/v1/containers/" + NOBODY + "/start", PREFER, ASYNC),
                404,
                "not_found",
                "NO_SUCH_CONTAINER");
        problem(
                gateway().postJson("/v1/containers", Map.of(), PREFER, ASYNC),
                400,
                "validation_error",
                "MISSING_IMAGE");
    }

    @Test
    default void anOperationIsWatchedWaitedForAndCancelled() {
        JsonNode container = running();
        JsonNode operation = accepted(gateway().post(path(container, "/wait"), PREFER, ASYNC), "container.wait");

        problem(gateway().get(where(operation) + "/wait?timeout=0.2"), 408, "timeout", "WAIT_TIMEOUT");
        var answer = gateway().open(where(operation) + "/events");
        assertThat(answer.statusCode()).isEqualTo(200);
        try (EventText events = new EventText(answer.body())) {
            Event first = events.next();
            assertThat(first.name()).isEqualTo("operation");
            assertThat(text(first.json(), "status")).isEqualTo("running");

            assertThat(text(ok(gateway().delete(where(operation))), "status")).isEqualTo("cancelled");

            List<Event> rest = events.until("end");
            assertThat(text(rest.get(rest.size() - 2).json(), "status")).isEqualTo("cancelled");
        }
        assertThat(text(ok(gateway().delete(where(operation))), "status")).isEqualTo("cancelled");
        assertThat(text(ok(gateway().get(where(operation) + "/wait")), "status"))
                .isEqualTo("cancelled");
        assertThat(status(container))
                .as("the container is none of its business")
                .isEqualTo("running");
    }

    @Test
    default void anOperationThatIsNotThereIsNotFound() {
        String where = "/v1/operations/" + UUID.randomUUID();

        problem(gateway().get(where), 404, "not_found", "NO_SUCH_OPERATION");
        problem(gateway().get(where + "/wait"), 404, "not_found", "NO_SUCH_OPERATION");
        problem(gateway().get(where + "/events"), 404, "not_found", "NO_SUCH_OPERATION");
        problem(gateway().delete(where), 404, "not_found", "NO_SUCH_OPERATION");
    }

    @Test
    default void theSameKeyAndBodyGiveTheSameContainer() {
        String key = made().name();
        Map<String, Object> body = with(idle(), "start", true);

        Answer first = gateway().postJson("/v1/containers", body, "Idempotency-Key", key);
        Answer second = gateway().postJson("/v1/containers", body, "Idempotency-Key", key);

        assertThat(first.status()).as(first.text()).isEqualTo(201);
        assertThat(second.status()).as(second.text()).isIn(200, 201);
        assertThat(text(second.json(), "cuid")).isEqualTo(text(first.json(), "cuid"));
        assertThat(second.header("Location")).isEqualTo(first.header("Location"));
        assertThat(containers()).hasSize(1);
    }

    @Test
    default void theSameKeyWithAnotherBodyIsAConflict() {
        String key = made().name();
        Map<String, Object> body = idle();
        assertThat(gateway()
                        .postJson("/v1/containers", body, "Idempotency-Key", key)
                        .status())
                .isEqualTo(201);

        Answer other =
                gateway().postJson("/v1/containers", with(body, "env", Map.of("OTHER", "1")), "Idempotency-Key", key);

        problem(other, 409, "conflict", "IDEMPOTENCY_MISMATCH");
        assertThat(containers()).hasSize(1);
        problem(
                gateway().postJson("/v1/containers", idle(), "Idempotency-Key", "x".repeat(300)),
                400,
                "validation_error",
                "INVALID_IDEMPOTENCY_KEY");
    }

    @Test
    default void aKeyWhoseRequestFailedIsFreeAgain() {
        String key = made().name();
        Map<String, Object> absent = with(idle(), "image", "roadstead-test/missing:none");
        problem(
                gateway().postJson("/v1/containers", absent, "Idempotency-Key", key),
                404,
                "not_found",
                "NO_SUCH_IMAGE");

        assertThat(gateway()
                        .postJson("/v1/containers", with(absent, "image", image()), "Idempotency-Key", key)
                        .status())
                .isEqualTo(201);
    }

    @Test
    default void requestsOfOneKeyAtTheSameTimeMakeOneContainer() {
        String key = made().name();
        Map<String, Object> body = with(idle(), "start", true);
        body.remove("name");

        List<CompletableFuture<Answer>> all = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> gateway().postJson("/v1/containers", body, "Idempotency-Key", key)))
                .toList();
        List<Answer> answers = all.stream().map(CompletableFuture::join).toList();

        assertThat(answers)
                .allSatisfy(
                        answer -> assertThat(answer.status()).as(answer.text()).isIn(200, 201));
        assertThat(answers.stream().map(answer -> text(answer.json(), "cuid")).distinct())
                .hasSize(1);
        assertThat(containers()).hasSize(1);
    }

    private JsonNode containers() {
        return ok(gateway().get("/v1/containers?" + made().filter())).required("containers");
    }

    private static String where(JsonNode operation) {
        return "/v1/operations/" + text(operation, "id");
    }

    private static JsonNode accepted(Answer answer, String kind) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(answer.header("Preference-Applied")).isEqualTo("respond-async");
        JsonNode operation = answer.json();
        assertThat(answer.header("Location")).isEqualTo(where(operation));
        assertThat(text(operation, "kind")).isEqualTo(kind);
        return operation;
    }
}
