package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.empty;
import static dev.roadstead.gateway.GatewaySubject.engine;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Volumes are made, listed and removed, and refused to go while they are used. */
public interface VolumesOverHttp extends GatewaySubject {
    /** Whether the engine tells when a volume was made. */
    default boolean volumesTellTheirAge() {
        return true;
    }

    @Test
    default void aVolumeIsMadeAsAskedAndListed() {
        String name = made().volumeName();

        Answer answer = gateway().postJson(engine("/volumes"), Map.of("name", name, "labels", Map.of("team", "shop")));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo(engine("/volumes/" + name));
        JsonNode volume = ok(gateway().get(answer.header("Location")));
        assertThat(text(volume, "name")).isEqualTo(name);
        assertThat(text(volume, "engine")).isEqualTo(ENGINE);
        assertThat(text(volume, "driver")).isNotBlank();
        assertThat(volume.at("/labels/team").asString()).isEqualTo("shop");
        if (volumesTellTheirAge()) {
            assertThat(text(volume, "created_at")).endsWith("Z");
        } else {
            assertThat(volume.required("created_at").isNull()).isTrue();
        }
        for (String list : List.of(engine("/volumes"), "/v1/volumes")) {
            assertThat(texts(ok(gateway().get(list)).required("volumes"), "name"))
                    .contains(name);
        }
    }

    @Test
    default void aVolumeThatAContainerUsesStays() {
        String name = made().volume();
        assertThat(ok(gateway().get(engine("/volumes/" + name)))
                        .required("in_use")
                        .asBoolean())
                .isFalse();
        JsonNode user =
                created(with(idle(), "mounts", List.of(Map.of("type", "volume", "source", name, "target", "/data"))));

        assertThat(ok(gateway().get(engine("/volumes/" + name)))
                        .required("in_use")
                        .asBoolean())
                .isTrue();
        problem(gateway().delete(engine("/volumes/" + name)), 409, "conflict", "VOLUME_IN_USE");

        empty(gateway().delete(path(user, "?volumes=true")));
        empty(gateway().delete(engine("/volumes/" + name)));
        problem(gateway().get(engine("/volumes/" + name)), 404, "not_found", "NO_SUCH_VOLUME");
        problem(gateway().delete(engine("/volumes/" + name)), 404, "not_found", "NO_SUCH_VOLUME");
    }

    @Test
    default void aVolumeThatMakesNoSenseIsRefused() {
        refused(gateway().postJson(engine("/volumes"), Map.of("name", "a/b")), "INVALID_NAME", "name");
        refused(gateway().postJson(engine("/volumes"), Map.of("nmae", "x")), "UNKNOWN_FIELD", "nmae");
        refused(
                gateway().postJson(engine("/volumes"), Map.of("labels", Map.of("dev.roadstead.x", "1"))),
                "RESERVED_LABEL",
                "labels");
        problem(
                gateway().postJson("/v1/engines/nowhere/volumes", Map.of("name", "x")),
                404,
                "not_found",
                "NO_SUCH_ENGINE");
    }
}
