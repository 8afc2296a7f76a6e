package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.empty;
import static dev.roadstead.gateway.GatewaySubject.engine;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.unsupported;
import static dev.roadstead.gateway.GatewaySubject.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Pods are made, filled, driven and removed. */
public interface PodsOverHttp extends GatewaySubject {
    @Test
    default void aPodIsMadeFilledDrivenAndRemoved() {
        needs("pods");
        String name = made().podName();

        Answer answer = gateway().postJson(engine("/pods"), Map.of("name", name, "labels", Map.of("team", "shop")));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo(engine("/pods/" + name));
        assertThat(texts(ok(gateway().get(engine("/pods"))).required("pods"), "name"))
                .contains(name);
        JsonNode container = created(with(idle(), "pod", name));
        JsonNode pod = ok(gateway().get(engine("/pods/" + name)));
        assertThat(text(pod.required("labels"), "team")).isEqualTo("shop");
        assertThat(texts(pod.required("containers"), "id")).containsExactly(text(container, "id"));

        JsonNode started = ok(gateway().post(engine("/pods/%s/start".formatted(name))));
        assertThat(started.required("changed").asBoolean()).isTrue();
        assertThat(text(started.required("pod"), "status")).isEqualTo("running");
        assertThat(status(container)).isEqualTo("running");
        problem(gateway().delete(engine("/pods/" + name)), 422, "state_error", "POD_RUNNING");

        ok(gateway().post(engine("/pods/%s/pause".formatted(name))));
        assertThat(status(container)).isEqualTo("paused");
        ok(gateway().post(engine("/pods/%s/unpause".formatted(name))));
        ok(gateway().post(engine("/pods/%s/restart".formatted(name))));
        ok(gateway().post(engine("/pods/%s/kill?signal=KILL".formatted(name))));
        ok(gateway().post(path(container, "/wait?timeout=30")));
        assertThat(ok(gateway().post(engine("/pods/%s/stop?timeout=5".formatted(name))))
                        .required("pod")
                        .required("status")
                        .asString())
                .isEqualTo("stopped");

        empty(gateway().delete(engine("/pods/" + name)));
        problem(gateway().get(path(container, "")), 404, "not_found", "NO_SUCH_CONTAINER");
        problem(gateway().get(engine("/pods/" + name)), 404, "not_found", "NO_SUCH_POD");
    }

    @Test
    default void aPodThatMakesNoSenseIsRefused() {
        refused(gateway().postJson(engine("/pods"), Map.of("name", "a/b")), "INVALID_NAME", "name");
        refused(gateway().postJson(engine("/pods"), Map.of("nmae", "x")), "UNKNOWN_FIELD", "nmae");
        refused(
                gateway().postJson(engine("/pods"), Map.of("ports", List.of(Map.of("host", 80)))),
                "MISSING_PORTS_CONTAINER",
                "ports[0].container");
        refused(gateway().post(engine("/pods/x/kill?signal=NONE")), "INVALID_SIGNAL", "signal");
    }

    @Test
    default void anEngineWithoutPodsSaysSo() {
        if (has("pods")) {
            problem(
                    gateway().postJson("/v1/containers", with(idle(), "pod", "roadstead-test-none")),
                    404,
                    "not_found",
                    "NO_SUCH_POD");
            return;
        }
        unsupported(gateway().get(engine("/pods")), "pods");
        unsupported(gateway().postJson(engine("/pods"), Map.of("name", "x1")), "pods");
        JsonNode problem = unsupported(gateway().postJson("/v1/containers", with(idle(), "pod", "x1")), "pods");
        assertThat(text(problem.required("details"), "field")).isEqualTo("pod");
    }
}
