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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A clone is another container with a cuid of its own. */
public interface ClonesOverHttp extends GatewaySubject {
    @Test
    default void aCloneIsAnotherContainerLikeTheFirst() {
        JsonNode first = created(with(with(idle(), "env", Map.of("MODE", "test")), "tags", List.of("blue")));
        String name = made().name();

        Answer answer = gateway().postJson(path(first, "/clone"), Map.of("name", name));

        if (!has("clone")) {
            unsupported(answer, "clone");
            return;
        }
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        JsonNode clone = ok(gateway().get(answer.header("Location")));
        assertThat(text(clone, "cuid")).isNotEqualTo(text(first, "cuid"));
        assertThat(text(clone, "name")).isEqualTo(name);
        assertThat(text(clone.required("env"), "MODE")).isEqualTo("test");
        assertThat(texts(clone.required("tags"))).containsExactly("blue");
        assertThat(clone.required("managed").asBoolean()).isTrue();
        assertThat(text(shown(first), "name")).isEqualTo(text(first, "name"));
        assertThat(texts(ok(gateway().get("/v1/containers?" + made().filter())).required("containers"), "cuid"))
                .containsExactlyInAnyOrder(text(first, "cuid"), text(clone, "cuid"));
    }

    @Test
    default void aRepeatedCreateGivesTheFirstAndNotItsClone() {
        needs("clone");
        Map<String, Object> body = idle();
        String key = made().name();
        JsonNode keyed = gateway()
                .postJson("/v1/containers", body, "Idempotency-Key", key)
                .json();
        assertThat(gateway()
                        .postJson(path(keyed, "/clone"), Map.of("name", made().name()))
                        .status())
                .isEqualTo(201);

        JsonNode again = ok(gateway().postJson("/v1/containers", body, "Idempotency-Key", key));

        assertThat(text(again, "cuid")).isEqualTo(text(keyed, "cuid"));
    }

    @Test
    default void aCloneThatCannotBeIsRefused() {
        JsonNode first = created(idle());

        refused(gateway().postJson(path(first, "/clone"), Map.of()), "MISSING_NAME", "name");
        problem(
                gateway().postJson(path(first, "/clone"), Map.of("name", made().name(), "engine", "nowhere")),
                404,
                "not_found",
                "NO_SUCH_ENGINE");
        if (has("clone")) {
            problem(
                    gateway().postJson(path(first, "/clone"), Map.of("name", text(first, "name"))),
                    409,
                    "conflict",
                    "NAME_IN_USE");
        }
    }
}
