package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Whatever goes wrong, the answer has one form, and a request can be found by its id. */
public interface ProblemsOverHttp extends GatewaySubject {
    @Test
    default void aProblemIsBothRfc9457AndTheGatewaysOwn() {
        Answer answer = gateway().get("/v1/containers/" + NOBODY, "X-Request-Id", "abc-123");

        JsonNode problem = problem(answer, 404, "not_found", "NO_SUCH_CONTAINER");
        assertThat(problem.propertyNames())
                .contains(
                        "type",
                        "title",
                        "status",
                        "detail",
                        "instance",
                        "error",
                        "code",
                        "message",
                        "request_id",
                        "timestamp",
                        "details")
                .doesNotContain("stacktrace", "trace");
        assertThat(text(problem, "type")).isEqualTo("urn:roadstead:error:not_found");
        assertThat(text(problem, "instance")).isEqualTo("/v1/containers/" + NOBODY);
        assertThat(text(problem, "detail")).contains(NOBODY).isEqualTo(text(problem, "message"));
        assertThat(text(problem, "request_id")).isEqualTo("abc-123");
        assertThat(Instant.parse(text(problem, "timestamp")))
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    }

    @Test
    default void everyAnswerBearsARequestId() {
        assertThat(gateway().get("/v1/engines", "X-Request-Id", "mine").header("X-Request-Id"))
                .isEqualTo("mine");
        for (String odd : List.of("with space", "x".repeat(129))) {
            String given = gateway().get("/v1/engines", "X-Request-Id", odd).header("X-Request-Id");
            assertThat(UUID.fromString(given)).hasToString(given);
        }
        String one = gateway().get("/healthz").header("X-Request-Id");
        assertThat(gateway().get("/healthz").header("X-Request-Id"))
                .isNotEqualTo(one)
                .isNotBlank();
    }

    @Test
    default void whatIsNotServedIsAProblemToo() {
        problem(gateway().get("/v1/containers/..%2f..%2fetc"), 400, "validation_error", "UNSAFE_REQUEST");
        problem(gateway().get("/v1/boats"), 404, "not_found", "NO_SUCH_ROUTE");
        Answer method = gateway().send(gateway().request("PUT", "/v1/containers", BodyPublishers.noBody()));
        problem(method, 405, "method_not_allowed", "METHOD_NOT_ALLOWED");
        assertThat(method.header("Allow")).contains("GET").contains("POST");
        problem(gateway().get("/v1/engines", "Accept", "image/png"), 406, "not_acceptable", "NOT_ACCEPTABLE");
        problem(send("{}", "text/plain"), 415, "unsupported_media_type", "UNSUPPORTED_MEDIA_TYPE");
    }

    @Test
    default void aBodyThatIsNoJsonIsRefused() {
        for (String body : List.of("{", "not json", "{\"image\":\"a\",}")) {
            problem(send(body, "application/json"), 400, "validation_error", "BAD_JSON");
        }
        for (String body : List.of("", "[]", "\"text\"", "null", "{} {}")) {
            Answer answer = send(body, "application/json");
            problem(answer, 400, "validation_error", text(answer.json(), "code"));
        }
        refused(send("{\"image\":{\"a\":1}}", "application/json"), "INVALID_VALUE", "image");
        refused(send("{\"image\":\"a\",\"tty\":\"perhaps\"}", "application/json"), "INVALID_VALUE", "tty");
        refused(
                send("{\"image\":\"a\",\"resources\":{\"pids\":\"many\"}}", "application/json"),
                "INVALID_VALUE",
                "resources.pids");
    }

    @Test
    default void aBodyOverTheBoundIsTooLarge() {
        Map<String, Object> large = with(idle(), "env", Map.of("LARGE", "x".repeat(1 << 20)));

        problem(gateway().postJson("/v1/containers", large), 413, "payload_too_large", "BODY_TOO_LARGE");
        ok(gateway().get("/v1/engines"));
    }

    @Test
    default void withoutCredentialsNothingIsTold() {
        HttpRequest.Builder bare = HttpRequest.newBuilder(gateway().base().resolve("/v1/containers/" + NOBODY));

        Answer answer = gateway().send(bare);

        problem(answer, 401, "auth_error", text(answer.json(), "code"));
        assertThat(answer.header("WWW-Authenticate")).startsWith("Basic");
    }

    @Test
    default void anEngineTellsWhatItIs() {
        JsonNode engine = ok(gateway().get(GatewaySubject.engine("")));

        assertThat(text(engine, "name")).isEqualTo(ENGINE);
        assertThat(text(engine, "status")).isEqualTo("up");
        assertThat(text(engine, "version")).isNotBlank();
        List<JsonNode> lacking = engine.required("capabilities").values().stream()
                .filter(capability -> text(capability, "support").equals("unsupported"))
                .toList();
        assertThat(lacking)
                .isNotEmpty()
                .allSatisfy(capability -> assertThat(text(capability, "reason")).isNotBlank());
        assertThat(engine.at("/capabilities/logs/support").asString()).isIn("native", "emulated");
        for (String more : List.of("/info", "/ping", "/disk-usage")) {
            ok(gateway().get(GatewaySubject.engine(more)));
        }
        problem(gateway().get("/v1/engines/nowhere"), 404, "not_found", "NO_SUCH_ENGINE");
        assertThat(GatewaySubject.texts(ok(gateway().get("/v1/engines")).required("engines"), "name"))
                .contains(ENGINE);
    }

    private Answer send(String body, String type) {
        return gateway()
                .send(gateway()
                        .request("POST", "/v1/containers", BodyPublishers.ofString(body))
                        .header("Content-Type", type));
    }
}
