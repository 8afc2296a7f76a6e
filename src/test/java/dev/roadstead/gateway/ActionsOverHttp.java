package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.empty;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.unsupported;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Actions bring a container into a state; one that finds it there already says so. */
public interface ActionsOverHttp extends GatewaySubject {
    @Test
    default void startingChangesOnceAndThenNothing() {
        JsonNode container = created(idle());

        acted(container, "start", true, "running");
        acted(container, "start", false, "running");
    }

    @Test
    default void stoppingChangesOnceAndThenNothing() {
        JsonNode container = running();

        JsonNode stopped = acted(container, "stop?timeout=10", true, "stopped");
        exitCode(stopped, 0);
        acted(container, "stop", false, "stopped");
    }

    @Test
    default void stoppingWithoutPatienceKills() {
        JsonNode container = started(stubborn());

        JsonNode stopped = acted(container, "stop?timeout=0", true, "stopped");

        exitCode(stopped, 137);
    }

    @Test
    default void restartingStartsAnew() {
        JsonNode container = running();

        JsonNode again = acted(container, "restart?timeout=5", true, "running");

        assertThat(text(again, "started_at")).isGreaterThan(text(container, "started_at"));
    }

    @Test
    default void killingEndsWithTheSignalsCode() {
        JsonNode container = running();

        ok(gateway().post(path(container, "/kill")));
        JsonNode ended = ok(gateway().post(path(container, "/wait")));

        assertThat(text(ended, "status")).isEqualTo("stopped");
        exitCode(ended, 137);
    }

    @Test
    default void aSignalIsNamedWithOrWithoutSigOrByNumber() {
        boolean takesAny = has("kill_signal");
        if (!takesAny) {
            unsupported(gateway().post(path(running(), "/kill?signal=TERM")), "kill_signal");
        }
        for (String signal : takesAny ? List.of("TERM", "SIGTERM", "15") : List.of("KILL", "SIGKILL", "9")) {
            JsonNode container = running();
            ok(gateway().post(path(container, "/kill?signal=" + signal)));
            exitCode(ok(gateway().post(path(container, "/wait?timeout=20"))), takesAny ? 0 : 137);
        }
        refused(gateway().post(path(running(), "/kill?signal=FOO")), "INVALID_SIGNAL", "signal");
    }

    @Test
    default void pausingAndUnpausingChangeOnce() {
        JsonNode container = running();

        acted(container, "pause", true, "paused");
        acted(container, "pause", false, "paused");
        acted(container, "unpause", true, "running");
        acted(container, "unpause", false, "running");
    }

    @Test
    default void aStateThatDoesNotAllowItIsAStateError() {
        JsonNode container = created(idle());

        problem(gateway().post(path(container, "/pause")), 422, "state_error", "CONTAINER_NOT_RUNNING");
        problem(gateway().post(path(container, "/kill")), 422, "state_error", "CONTAINER_NOT_RUNNING");
    }

    @Test
    default void aRenamedContainerHasItsNewNameAndKeepsItsCuid() {
        JsonNode container = created(idle());
        String name = made().name();

        JsonNode renamed = ok(gateway().postJson(path(container, "/rename"), Map.of("name", name)));

        assertThat(text(renamed, "name")).isEqualTo(name);
        assertThat(renamed.required("changed").asBoolean()).isTrue();
        assertThat(ok(gateway().postJson(path(container, "/rename"), Map.of("name", name)))
                        .required("changed")
                        .asBoolean())
                .isFalse();
        assertThat(text(shown(container), "name")).isEqualTo(name);
        String other = text(created(idle()), "name");
        problem(gateway().postJson(path(container, "/rename"), Map.of("name", other)), 409, "conflict", "NAME_IN_USE");
        refused(gateway().postJson(path(container, "/rename"), Map.of("name", "a b")), "INVALID_NAME", "name");
        refused(gateway().postJson(path(container, "/rename"), Map.of()), "MISSING_NAME", "name");
    }

    @Test
    default void anActionTakesAnEmptyBodyOfAnyType() {
        JsonNode container = running();

        for (String type : List.of("application/json", "text/plain", "application/octet-stream")) {
            Answer answer = gateway()
                    .send(gateway()
                            .request("POST", path(container, "/start"), BodyPublishers.ofString(""))
                            .header("Content-Type", type));
            assertThat(ok(answer).required("changed").asBoolean()).isFalse();
        }
    }

    @Test
    default void waitingTellsHowItEnded() {
        JsonNode container = ended("exit 3");

        JsonNode ended = ok(gateway().post(path(container, "/wait")));

        assertThat(text(ended, "status")).isEqualTo("stopped");
        assertThat(ended.required("exit_code").asInt()).isEqualTo(3);
    }

    @Test
    default void waitingLastsUntilTheContainerEnds() throws Exception {
        for (String condition : List.of("not-running", "next-exit")) {
            JsonNode container = running();
            CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(
                    () -> gateway().post(path(container, "/wait?timeout=30&condition=" + condition)));

            // One that begins to wait for the next exit after an exit waits for that of the run after.
            GatewaySubject.within().until(() -> {
                ok(gateway().post(path(container, "/start")));
                ready(container);
                ok(gateway().post(path(container, "/stop?timeout=10")));
                return waiting.isDone();
            });

            exitCode(ok(waiting.get()), 0);
        }
    }

    @Test
    default void waitingForRunningAndRemovedSeesThemCome() throws Exception {
        JsonNode container = created(idle());
        CompletableFuture<Answer> runs = CompletableFuture.supplyAsync(
                () -> gateway().post(path(container, "/wait?condition=running&timeout=30")));
        ok(gateway().post(path(container, "/start")));
        assertThat(text(ok(runs.get()), "status")).isEqualTo("running");

        Answer gone = gateway().post(path(container, "/wait?condition=removed"), "Prefer", "respond-async");
        empty(gateway().delete(path(container, "?force=true")));
        JsonNode waited = ok(gateway().get(gone.header("Location") + "/wait?timeout=30"));
        assertThat(text(waited, "status")).as(waited.toString()).isEqualTo("succeeded");
    }

    @Test
    default void waitingForHealthyLastsUntilTheCheckSaysSo() {
        Map<String, Object> checked = GatewaySubject.with(
                idle(), "healthcheck", Map.of("test", List.of("CMD", "true"), "interval", 1, "timeout", 5));
        if (!has("healthcheck")) {
            unsupported(gateway().postJson("/v1/containers", checked), "healthcheck");
            return;
        }
        JsonNode container = started(checked);

        ok(gateway().post(path(container, "/wait?condition=healthy&timeout=30")));

        assertThat(text(ok(gateway().get(path(container, "/status"))), "health"))
                .isEqualTo("healthy");
    }

    @Test
    default void aTakenPortIsAConflictAndTheContainerStaysAsItWas() {
        JsonNode first = started(GatewaySubject.with(idle(), "ports", List.of(Map.of("container", 80))));
        int port = shown(first).at("/ports/0/host").asInt();
        Map<String, Object> same = GatewaySubject.with(idle(), "ports", List.of(Map.of("host", port, "container", 80)));
        JsonNode second = created(same);

        problem(gateway().post(path(second, "/start")), 409, "conflict", "PORT_IN_USE");
        assertThat(status(second)).isIn("created", "stopped");
        assertThat(status(first)).isEqualTo("running");

        empty(gateway().delete(path(first, "?force=true")));
        acted(second, "start", true, "running");
    }

    @Test
    default void aWaitThatTakesTooLongIsATimeout() {
        JsonNode container = running();

        long before = System.nanoTime();
        problem(gateway().post(path(container, "/wait?timeout=0.3")), 408, "timeout", "WAIT_TIMEOUT");

        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(10));
        assertThat(status(container)).isEqualTo("running");
        refused(gateway().post(path(container, "/wait?condition=done")), "INVALID_CONDITION", "condition");
        refused(gateway().post(path(container, "/wait?timeout=-1")), "INVALID_TIMEOUT", "timeout");
    }

    @Test
    default void theStatusIsWhatTheContainerIsDoing() {
        JsonNode container = ended("sleep 0.2; exit 7");

        JsonNode status = ok(gateway().get(path(container, "/status")));

        assertThat(text(status, "cuid")).isEqualTo(text(container, "cuid"));
        assertThat(text(status, "status")).isEqualTo("stopped");
        assertThat(text(status, "native_status")).isNotBlank();
        assertThat(status.required("exit_code").asInt()).isEqualTo(7);
        assertThat(status.required("health").isNull()).isTrue();
        assertThat(text(status, "finished_at")).isGreaterThan(text(status, "started_at"));
    }

    @Test
    default void theEtagStaysOverStatesAndChangesWithTheSpecification() {
        JsonNode container = created(idle());
        String etag = etag(container);
        assertThat(etag).matches("\"[^\"]+\"");

        ok(gateway().post(path(container, "/start")));
        assertThat(etag(container)).isEqualTo(etag);
        ok(gateway().post(path(container, "/pause")));
        assertThat(etag(container)).isEqualTo(etag);
        ok(gateway().post(path(container, "/unpause")));
        ok(gateway().post(path(container, "/stop?timeout=5")));
        assertThat(etag(container)).isEqualTo(etag);

        ok(gateway().postJson(path(container, "/rename"), Map.of("name", made().name())));
        assertThat(etag(container)).isNotEqualTo(etag);
    }

    @Test
    default void aDeletedContainerIsGone() {
        JsonNode container = created(idle());

        empty(gateway().delete(path(container, "")));

        problem(gateway().get(path(container, "")), 404, "not_found", "NO_SUCH_CONTAINER");
        problem(gateway().delete(path(container, "")), 404, "not_found", "NO_SUCH_CONTAINER");
        problem(gateway().post(path(container, "/start")), 404, "not_found", "NO_SUCH_CONTAINER");
    }

    @Test
    default void aRunningContainerIsDeletedOnlyByForce() {
        JsonNode container = running();

        problem(gateway().delete(path(container, "")), 422, "state_error", "CONTAINER_RUNNING");
        assertThat(status(container)).isEqualTo("running");

        empty(gateway().delete(path(container, "?force=true")));
        problem(gateway().get(path(container, "")), 404, "not_found", "NO_SUCH_CONTAINER");
    }

    @Test
    default void deletingWithVolumesTakesAnonymousOnesAndNeverNamedOnes() {
        String named = made().volume();
        JsonNode container = created(GatewaySubject.with(
                idle(),
                "mounts",
                List.of(
                        Map.of("type", "volume", "source", named, "target", "/named"),
                        Map.of("type", "volume", "target", "/anonymous"))));
        String anonymous = "";
        for (JsonNode mount : shown(container).required("mounts")) {
            if (text(mount, "target").equals("/anonymous")) {
                anonymous = text(mount, "source");
            }
        }
        ok(gateway().get(GatewaySubject.engine("/volumes/" + anonymous)));

        empty(gateway().delete(path(container, "?volumes=true")));

        assertThat(gateway().get(GatewaySubject.engine("/volumes/" + anonymous)).status())
                .isEqualTo(404);
        ok(gateway().get(GatewaySubject.engine("/volumes/" + named)));
    }

    private JsonNode acted(JsonNode container, String action, boolean changed, String status) {
        JsonNode after = ok(gateway().post(path(container, "/" + action)));
        assertThat(after.required("changed").asBoolean()).as(action).isEqualTo(changed);
        assertThat(text(after, "status")).as(action).isEqualTo(status);
        assertThat(text(after, "cuid")).isEqualTo(text(container, "cuid"));
        return after;
    }

    private String etag(JsonNode container) {
        Answer answer = gateway().get(path(container, ""));
        ok(answer);
        return answer.header("ETag");
    }
}
