package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.with;
import static dev.roadstead.gateway.GatewaySubject.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Processes are run in containers, waited for or left to themselves, and never left behind. */
public interface ExecOverHttp extends GatewaySubject {
    @Test
    default void aProcessTellsWhatItWroteAndHowItEnded() {
        JsonNode container = running();

        JsonNode result = ok(exec(container, Map.of("command", "echo out; echo err >&2; exit 5")));

        assertThat(text(result, "stdout")).isEqualTo("out\n");
        assertThat(text(result, "stderr")).isEqualTo("err\n");
        assertThat(text(result, "stdout_encoding")).isEqualTo("utf8");
        assertThat(result.required("exit_code").asInt()).isEqualTo(5);
        assertThat(result.required("truncated").asBoolean()).isFalse();
        assertThat(result.required("duration_ms").asLong()).isBetween(0L, 30_000L);
        JsonNode state = ok(gateway().get("/v1/exec/" + text(result, "exec_id")));
        assertThat(text(state, "status")).isEqualTo("exited");
        assertThat(state.required("exit_code").asInt()).isEqualTo(5);
        assertThat(text(state, "cuid")).isEqualTo(text(container, "cuid"));
        assertThat(state.required("next_offset").asInt()).isEqualTo(8);
    }

    @Test
    default void argumentsAreGivenAsTheyAre() {
        JsonNode container = running();

        JsonNode result = ok(exec(container, Map.of("command", List.of("echo", "a  b", "$HOME", "ü"))));

        assertThat(text(result, "stdout")).isEqualTo("a  b $HOME ü\n");
    }

    @Test
    default void aProcessHasItsOwnEnvironmentAndFolder() {
        JsonNode container = running();

        JsonNode result = ok(exec(
                container,
                Map.of(
                        "command", "echo $COLOUR; pwd",
                        "env", Map.of("COLOUR", "blue"),
                        "working_dir", "/tmp")));

        assertThat(text(result, "stdout")).isEqualTo("blue\n/tmp\n");
    }

    @Test
    default void inputIsReadToItsEnd() {
        JsonNode container = running();
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }

        JsonNode plain = ok(exec(container, Map.of("command", List.of("cat"), "stdin", "grüße")));
        JsonNode binary = ok(exec(
                container,
                Map.of(
                        "command",
                        List.of("cat"),
                        "stdin",
                        Map.of("data", Base64.getEncoder().encodeToString(all), "encoding", "base64"))));

        assertThat(text(plain, "stdout")).isEqualTo("grüße");
        assertThat(text(binary, "stdout_encoding")).isEqualTo("base64");
        assertThat(Base64.getDecoder().decode(text(binary, "stdout"))).isEqualTo(all);
    }

    @Test
    default void aProcessThatDoesNotReadItsInputEndsAllTheSame() {
        JsonNode container = running();

        JsonNode result = ok(exec(container, Map.of("command", "exit 3", "stdin", "x".repeat(500_000))));

        assertThat(result.required("exit_code").asInt()).isEqualTo(3);
    }

    @Test
    default void ofMoreThanIsKeptTheLastBytesAreTold() {
        JsonNode container = running();
        Map<String, Object> env = Map.of("LINE", "0123456789".repeat(10_000));
        String ten = "for i in 1 2 3 4 5 6 7 8 9 10; do echo $LINE; done; ";

        JsonNode all = ok(exec(container, Map.of("command", ten + "echo last", "env", env)));
        JsonNode more = ok(exec(container, Map.of("command", ten + ten + "echo last", "env", env)));

        assertThat(all.required("truncated").asBoolean()).isFalse();
        assertThat(text(all, "stdout")).hasSize(10 * 100_001 + 5);
        assertThat(more.required("truncated").asBoolean()).isTrue();
        assertThat(text(more, "stdout")).endsWith("9\nlast\n").hasSizeBetween(1 << 20, (1 << 20) + (64 << 10));
    }

    @Test
    default void aProgramThatIsNotThereEndsWith126Or127() {
        JsonNode container = running();

        JsonNode result = ok(exec(container, Map.of("command", List.of("/no/such/program"))));

        assertThat(result.required("exit_code").asInt()).isIn(126, 127);
    }

    @Test
    default void aTimeoutEndsTheProcessAndTellsWhatCame() {
        JsonNode container = running();

        JsonNode problem = problem(
                exec(container, Map.of("command", "echo begun; exec sleep 31415", "timeout", 1)),
                408,
                "timeout",
                "EXEC_TIMEOUT");

        assertThat(text(problem.required("details"), "stdout")).isEqualTo("begun\n");
        assertThat(problem.required("details").required("process_ended").asBoolean())
                .isTrue();
        assertThat(processes(container)).doesNotContain("sleep 31415");
        JsonNode state = ok(gateway().get("/v1/exec/" + text(problem.required("details"), "exec_id")));
        assertThat(text(state, "ended")).isEqualTo("timeout");
        assertThat(state.required("exit_code").asInt()).isEqualTo(137);
    }

    @Test
    default void whoLeavesWhileHeWaitsEndsTheProcess() {
        JsonNode container = running();
        CompletableFuture<HttpResponse<String>> call = gateway()
                .client()
                .sendAsync(
                        gateway()
                                .request(
                                        "POST",
                                        path(container, "/exec"),
                                        BodyPublishers.ofString("{\"command\":\"exec sleep 31416\"}"))
                                .header("Content-Type", "application/json")
                                .build(),
                        BodyHandlers.ofString());
        within().untilAsserted(() -> assertThat(processes(container)).contains("sleep 31416"));

        call.cancel(true);

        within().untilAsserted(() -> assertThat(processes(container)).doesNotContain("sleep 31416"));
    }

    @Test
    default void anAsynchronousOneRunsByItselfAndItsCodeIsKept() {
        JsonNode container = running();

        Answer accepted = exec(
                container,
                Map.of("command", "read word; echo got $word; exit 7", "stdin", "this\n"),
                "Prefer",
                "respond-async");

        assertThat(accepted.status()).as(accepted.text()).isEqualTo(202);
        String id = text(accepted.json(), "exec_id");
        assertThat(accepted.header("Location")).isEqualTo("/v1/exec/" + id);
        assertThat(accepted.header("Preference-Applied")).isEqualTo("respond-async");
        within().untilAsserted(() ->
                assertThat(text(ok(gateway().get("/v1/exec/" + id)), "status")).isEqualTo("exited"));
        assertThat(ok(gateway().get("/v1/exec/" + id)).required("exit_code").asInt())
                .isEqualTo(7);
    }

    @Test
    default void anAsynchronousOneIsEndedWhenSomebodyAsks() {
        JsonNode container = running();
        String id = text(
                exec(container, Map.of("command", "exec sleep 31417"), "Prefer", "respond-async")
                        .json(),
                "exec_id");
        assertThat(text(ok(gateway().get("/v1/exec/" + id)), "status")).isEqualTo("running");

        JsonNode ended = ok(gateway().delete("/v1/exec/" + id));

        assertThat(text(ended, "status")).isEqualTo("exited");
        assertThat(text(ended, "ended")).isEqualTo("cancelled");
        assertThat(processes(container)).doesNotContain("sleep 31417");
        assertThat(text(ok(gateway().delete("/v1/exec/" + id)), "status")).isEqualTo("exited");
    }

    @Test
    default void whatDoesNotRunRunsNoProcess() {
        JsonNode container = created(idle());

        assertThat(exec(container, Map.of("command", "true")).status()).isEqualTo(422);
        problem(
                gateway().postJson("/v1/containers/" + NOBODY + "/exec", Map.of("command", "true")),
                404,
                "not_found",
                "NO_SUCH_CONTAINER");
        problem(gateway().get("/v1/exec/nobody"), 404, "not_found", "NO_SUCH_EXEC");
        problem(gateway().delete("/v1/exec/nobody"), 404, "not_found", "NO_SUCH_EXEC");
    }

    @Test
    default void anExecThatMakesNoSenseIsRefused() {
        JsonNode container = running();
        Map<String, Object> right = Map.of("command", "true");

        refused(exec(container, Map.of()), "MISSING_COMMAND", "command");
        refused(exec(container, Map.of("command", List.of())), "MISSING_COMMAND", "command");
        refused(exec(container, Map.of("command", Map.of())), "INVALID_VALUE", "command");
        refused(exec(container, Map.of("command", List.of("a", 3))), "INVALID_VALUE", "command");
        refused(exec(container, with(right, "env", Map.of("A=B", "c"))), "INVALID_ENV", "env");
        refused(exec(container, with(right, "timeout", -1)), "INVALID_TIMEOUT", "timeout");
        refused(exec(container, with(right, "stdin", Map.of("encoding", "utf8"))), "MISSING_STDIN_DATA", "stdin.data");
        refused(
                exec(container, with(right, "stdin", Map.of("data", "!", "encoding", "base64"))),
                "INVALID_STDIN_DATA",
                "stdin.data");
        refused(
                exec(container, with(right, "stdin", Map.of("data", "x", "encoding", "rot13"))),
                "INVALID_STDIN_ENCODING",
                "stdin.encoding");
        refused(exec(container, with(right, "comand", "x")), "UNKNOWN_FIELD", "comand");
    }

    /** What runs in a container, one process a line. */
    private String processes(JsonNode container) {
        StringBuilder all = new StringBuilder();
        ok(gateway().get(path(container, "/top")))
                .required("processes")
                .forEach(row ->
                        all.append(String.join(" ", GatewaySubject.texts(row))).append('\n'));
        return all.toString();
    }

    private Answer exec(JsonNode container, Map<String, Object> body, String... headers) {
        return gateway().postJson(path(container, "/exec"), body, headers);
    }
}
