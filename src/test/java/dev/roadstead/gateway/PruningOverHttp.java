package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.engine;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.unsupported;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What nobody uses is removed, by kind. It takes others' unused things as well: containers are left to the engine's contract. */
public interface PruningOverHttp extends GatewaySubject {
    @Test
    default void unusedNetworksArePrunedAndTheAnswerTellsOnlyOfThem() {
        needs("prune", "networks");
        String unused = made().network();
        String id = text(ok(gateway().get(engine("/networks/" + unused))), "id");

        JsonNode pruned = ok(gateway().postJson(engine("/prune"), Map.of("kinds", List.of("networks"))));

        assertThat(pruned.properties().stream().map(Map.Entry::getKey)).containsExactly("networks");
        assertThat(texts(pruned.required("networks").required("removed"))).containsAnyOf(unused, id);
        assertThat(pruned.required("networks").has("space_reclaimed")).isTrue();
    }

    @Test
    default void severalKindsArePrunedAtOnce() {
        needs("prune", "volumes", "images");

        Answer answer = gateway().postJson(engine("/prune"), Map.of("kinds", List.of("images", "volumes")));

        assertThat(ok(answer).properties().stream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrder("volumes", "images");
    }

    @Test
    default void whatIsNotNamedIsNotPruned() {
        refused(gateway().postJson(engine("/prune"), Map.of()), "MISSING_KINDS", "kinds");
        refused(gateway().postJson(engine("/prune"), Map.of("kinds", List.of())), "MISSING_KINDS", "kinds");
        refused(gateway().postJson(engine("/prune"), Map.of("kinds", List.of("all"))), "INVALID_KINDS", "kinds");
    }

    @Test
    default void anEngineThatTrustsByItselfSaysSo() {
        if (!has("trust")) {
            unsupported(gateway().postJson(engine("/trust"), Map.of("token", "secret")), "trust");
        }
        refused(gateway().postJson(engine("/trust"), Map.of()), "INVALID_TRUST", "token");
        Answer both = gateway().postJson(engine("/trust"), Map.of("token", "secret-one", "password", "secret-two"));
        refused(both, "INVALID_TRUST", "token");
        assertThat(both.text()).doesNotContain("secret-one", "secret-two");
    }
}
