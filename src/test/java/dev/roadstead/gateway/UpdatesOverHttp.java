package dev.roadstead.gateway;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Containers are changed in place, as a whole or not at all. */
public interface UpdatesOverHttp extends GatewaySubject {
    @Test
    default void limitsAreChangedAndTheOthersStay() {
        needs("update_resources");
        JsonNode container = started(with(idle(), "resources", Map.of("memory", "64m", "pids", 100)));

        JsonNode changed = ok(gateway().patchJson(path(container, ""), Map.of("resources", Map.of("memory", "96m"))));

        assertThat(changed.required("changed").asBoolean()).isTrue();
        assertThat(text(changed, "status")).isEqualTo("running");
        JsonNode limits = shown(container).required("resources");
        assertThat(limits.required("memory").asLong()).isEqualTo(96L << 20);
        assertThat(limits.required("pids").asLong()).isEqualTo(100);
        assertThat(ok(gateway().patchJson(path(container, ""), Map.of("resources", Map.of("memory", "96m"))))
                        .required("changed")
                        .asBoolean())
                .isFalse();
    }

    @Test
    default void nullLiftsALimit() {
        needs("update_resources");
        JsonNode container = started(with(idle(), "resources", Map.of("pids", 100)));
        Map<String, @Nullable Object> lifted = new HashMap<>();
        lifted.put("pids", null);

        ok(gateway().patchJson(path(container, ""), Map.of("resources", lifted)));

        assertThat(shown(container).required("resources").required("pids").isNull())
                .isTrue();
    }

    @Test
    default void variablesAreMergedOrRefused() {
        JsonNode container = created(with(idle(), "env", Map.of("KEEP", "1", "DROP", "1")));
        Map<String, @Nullable Object> env = new HashMap<>();
        env.put("ADD", "a=b");
        env.put("DROP", null);

        Answer answer = gateway().patchJson(path(container, ""), Map.of("env", env));

        if (has("update_env")) {
            ok(answer);
            JsonNode after = shown(container).required("env");
            assertThat(after.properties().stream().map(Map.Entry::getKey)).containsExactlyInAnyOrder("KEEP", "ADD");
            assertThat(text(after, "ADD")).isEqualTo("a=b");
        } else {
            assertThat(text(unsupported(answer, "update_env").required("details"), "field"))
                    .isEqualTo("env");
        }
    }

    @Test
    default void tagsAndLabelsAreReplacedOrRefused() {
        JsonNode container = created(with(idle(), "tags", List.of("old", "red")));
        Map<String, Object> labels = new HashMap<>(made().labels());
        labels.put("team", "shop");

        Answer answer = gateway().patchJson(path(container, ""), Map.of("tags", List.of("blue"), "labels", labels));

        if (has("update_labels")) {
            assertThat(texts(ok(answer).required("tags"))).containsExactly("blue");
            JsonNode after = shown(container);
            assertThat(text(after.required("labels"), "team")).isEqualTo("shop");
            assertThat(text(after, "cuid")).isEqualTo(text(container, "cuid"));
            assertThat(after.required("managed").asBoolean()).isTrue();
        } else {
            unsupported(answer, "update_labels");
            assertThat(texts(shown(container).required("tags"))).containsExactly("old", "red");
        }
    }

    @Test
    default void aRefusedChangeChangesNothing() {
        JsonNode container = created(with(idle(), "resources", Map.of("pids", 100)));
        String before = gateway().get(path(container, "")).header("ETag");

        Answer answer = gateway()
                .patchJson(
                        path(container, ""),
                        Map.of("name", made().name(), "image", "other:1", "resources", Map.of("pids", 50)));

        JsonNode problem = problem(answer, 501, "unsupported", "UNSUPPORTED");
        assertThat(text(problem.required("details"), "field")).isEqualTo("image");
        assertThat(gateway().get(path(container, "")).header("ETag")).isEqualTo(before);
    }

    @Test
    default void aNameIsChangedWithTheRest() {
        needs("rename");
        JsonNode container = created(idle());
        String name = made().name();
        boolean policy = has("update_restart_policy");
        Map<String, Object> rest = policy
                ? Map.of("restart_policy", Map.of("name", "on-failure", "max_retries", 3))
                : Map.of("resources", Map.of("memory", "96m"));

        Answer answer = gateway().patchJson(path(container, ""), with(rest, "name", name));

        if (!policy && !has("update_resources")) {
            unsupported(answer, "update_resources");
            assertThat(text(shown(container), "name")).isEqualTo(text(container, "name"));
            return;
        }
        JsonNode changed = ok(answer);
        assertThat(text(changed, "name")).isEqualTo(name);
        assertThat(text(changed, "cuid")).isEqualTo(text(container, "cuid"));
        JsonNode after = shown(container);
        assertThat(text(after, "name")).isEqualTo(name);
        if (!policy) {
            assertThat(after.at("/resources/memory").asLong()).isEqualTo(96L << 20);
            return;
        }
        assertThat(text(after.required("restart_policy"), "name")).isEqualTo("on-failure");
        assertThat(after.required("restart_policy").required("max_retries").asInt())
                .isEqualTo(3);
    }

    @Test
    default void aChangeOfWhatHasChangedMeanwhileIsRefused() {
        needs("rename");
        JsonNode container = created(idle());
        String then = gateway().get(path(container, "")).header("ETag");
        ok(gateway().patchJson(path(container, ""), Map.of("name", made().name()), "If-Match", then));

        problem(
                gateway().patchJson(path(container, ""), Map.of("name", made().name()), "If-Match", then),
                409,
                "conflict",
                "STALE_IF_MATCH");
    }

    @Test
    default void aChangeThatMakesNoSenseIsRefused() {
        JsonNode container = created(idle());
        String place = path(container, "");

        refused(gateway().patchJson(place, Map.of("memroy", 1)), "UNKNOWN_FIELD", "memroy");
        refused(
                gateway().patchJson(place, Map.of("resources", Map.of("memroy", 1))),
                "UNKNOWN_FIELD",
                "resources.memroy");
        refused(
                gateway().patchJson(place, Map.of("resources", Map.of("memory", "much"))),
                "INVALID_RESOURCES_MEMORY",
                "resources.memory");
        refused(
                gateway().patchJson(place, Map.of("resources", Map.of("pids", 0))),
                "INVALID_RESOURCES_PIDS",
                "resources.pids");
        refused(gateway().patchJson(place, Map.of("env", Map.of("A=B", "1"))), "INVALID_ENV", "env");
        refused(gateway().patchJson(place, Map.of("name", "?")), "INVALID_NAME", "name");
        refused(
                gateway().patchJson(place, Map.of("labels", Map.of("dev.roadstead.x", "1"))),
                "RESERVED_LABEL",
                "labels");
        refused(
                gateway().patchJson(place, Map.of("restart_policy", Map.of("name", "sometimes"))),
                "INVALID_RESTART_POLICY_NAME",
                "restart_policy.name");
        problem(gateway().patchJson("/v1/containers/" + NOBODY, Map.of()), 404, "not_found", "NO_SUCH_CONTAINER");
        assertThat(ok(gateway().patchJson(place, Map.of())).required("changed").asBoolean())
                .isFalse();
    }
}
