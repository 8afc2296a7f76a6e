package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.empty;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.unsupported;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Snapshots are taken, listed, restored and deleted. */
public interface SnapshotsOverHttp extends GatewaySubject {
    @Test
    default void aSnapshotIsTakenListedRestoredAndDeleted() {
        needs("snapshots");
        JsonNode container = running();

        Answer taken = gateway().postJson(path(container, "/snapshots"), Map.of("name", "one"));

        assertThat(taken.status()).as(taken.text()).isEqualTo(201);
        assertThat(taken.header("Location")).isEqualTo(path(container, "/snapshots/one"));
        assertThat(text(taken.json(), "name")).isEqualTo("one");
        assertThat(taken.json().required("stateful").asBoolean()).isFalse();
        assertThat(texts(ok(gateway().get(path(container, "/snapshots"))).required("snapshots"), "name"))
                .containsExactly("one");

        JsonNode restored = ok(gateway().post(path(container, "/snapshots/one/restore")));
        assertThat(text(restored, "status")).isEqualTo("running");
        assertThat(text(restored, "cuid")).isEqualTo(text(container, "cuid"));

        empty(gateway().delete(path(container, "/snapshots/one")));
        assertThat(ok(gateway().get(path(container, "/snapshots"))).required("snapshots"))
                .isEmpty();
        problem(gateway().delete(path(container, "/snapshots/one")), 404, "not_found", "NO_SUCH_SNAPSHOT");
        problem(gateway().post(path(container, "/snapshots/one/restore")), 404, "not_found", "NO_SUCH_SNAPSHOT");
    }

    @Test
    default void aTakenSnapshotNameIsAConflict() {
        needs("snapshots");
        JsonNode container = created(idle());
        gateway().postJson(path(container, "/snapshots"), Map.of("name", "one"));

        problem(
                gateway().postJson(path(container, "/snapshots"), Map.of("name", "one")),
                409,
                "conflict",
                "NAME_IN_USE");
    }

    @Test
    default void aSnapshotThatMakesNoSenseIsRefused() {
        JsonNode container = created(idle());

        refused(gateway().postJson(path(container, "/snapshots"), Map.of()), "MISSING_NAME", "name");
        refused(gateway().postJson(path(container, "/snapshots"), Map.of("name", "a/b")), "INVALID_NAME", "name");
        refused(gateway().postJson(path(container, "/snapshots"), Map.of("nmae", "a")), "UNKNOWN_FIELD", "nmae");
    }

    @Test
    default void anEngineWithoutSnapshotsSaysSo() {
        JsonNode container = running();
        if (!has("snapshots")) {
            unsupported(gateway().get(path(container, "/snapshots")), "snapshots");
            unsupported(gateway().postJson(path(container, "/snapshots"), Map.of("name", "one")), "snapshots");
        } else if (!has("snapshot_stateful")) {
            unsupported(
                    gateway().postJson(path(container, "/snapshots"), Map.of("name", "one", "stateful", true)),
                    "snapshot_stateful");
        }
    }
}
