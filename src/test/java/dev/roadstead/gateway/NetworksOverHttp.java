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
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Networks are made, joined, left and removed. */
public interface NetworksOverHttp extends GatewaySubject {
    @Test
    default void aNetworkIsMadeAsAskedAndListed() {
        String name = made().networkName();
        Answer answer = gateway()
                .postJson(
                        engine("/networks"),
                        Map.of(
                                "name",
                                name,
                                "subnet",
                                "10.213.77.0/24",
                                "gateway",
                                "10.213.77.1",
                                "internal",
                                true,
                                "labels",
                                Map.of("team", "shop")));

        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        assertThat(answer.header("Location")).isEqualTo(engine("/networks/" + name));
        JsonNode network = ok(gateway().get(answer.header("Location")));
        assertThat(text(network, "name")).isEqualTo(name);
        assertThat(text(network, "driver")).isEqualTo("bridge");
        assertThat(text(network, "subnet")).isEqualTo("10.213.77.0/24");
        assertThat(text(network, "gateway")).isEqualTo("10.213.77.1");
        assertThat(network.required("internal").asBoolean()).isTrue();
        assertThat(network.at("/labels/team").asString()).isEqualTo("shop");
        for (String list : List.of(engine("/networks"), "/v1/networks")) {
            assertThat(texts(ok(gateway().get(list)).required("networks"), "name"))
                    .contains(name);
        }
        problem(gateway().postJson(engine("/networks"), Map.of("name", name)), 409, "conflict", "NAME_IN_USE");
    }

    /** Whether a container may have further names in a network. */
    default boolean networksHaveAliases() {
        return true;
    }

    @Test
    default void aContainerJoinsAndLeavesANetworkByEveryAddress() {
        String name = made().network();
        JsonNode container = running();

        for (String address : List.of(
                text(container, "cuid"),
                ENGINE + ":" + text(container, "name"),
                text(container, "name"),
                text(container, "id"))) {
            Map<String, Object> aliased = Map.of("container", address, "aliases", List.of("quay"));
            Answer connected = gateway().postJson(engine("/networks/" + name + "/connect"), aliased);
            if (networksHaveAliases()) {
                empty(connected);
            } else {
                JsonNode details = unsupported(connected, "network_connect").required("details");
                assertThat(text(details, "field")).isEqualTo("aliases");
                empty(gateway().postJson(engine("/networks/" + name + "/connect"), Map.of("container", address)));
            }
            assertThat(texts(shown(container).required("networks"), "name")).contains(name);
            assertThat(texts(ok(gateway().get(engine("/networks/" + name))).required("containers")))
                    .containsExactly(ENGINE + ":" + text(container, "id"));

            empty(gateway().postJson(engine("/networks/" + name + "/disconnect"), Map.of("container", address)));
            assertThat(texts(shown(container).required("networks"), "name")).doesNotContain(name);
        }
    }

    @Test
    default void aNetworkInUseStays() {
        String name = made().network();
        JsonNode container = running();
        Map<String, Object> who = Map.of("container", text(container, "cuid"));
        empty(gateway().postJson(engine("/networks/" + name + "/connect"), who));

        problem(
                gateway().postJson(engine("/networks/" + name + "/connect"), who),
                409,
                "conflict",
                "ALREADY_CONNECTED");
        problem(gateway().delete(engine("/networks/" + name)), 409, "conflict", "NETWORK_IN_USE");

        empty(gateway().delete(path(container, "?force=true")));
        empty(gateway().delete(engine("/networks/" + name)));
        problem(gateway().get(engine("/networks/" + name)), 404, "not_found", "NO_SUCH_NETWORK");
        problem(gateway().delete(engine("/networks/" + name)), 404, "not_found", "NO_SUCH_NETWORK");
    }

    @Test
    default void aNetworkThatMakesNoSenseIsRefused() {
        refused(gateway().postJson(engine("/networks"), Map.of()), "MISSING_NAME", "name");
        refused(gateway().postJson(engine("/networks"), Map.of("name", "a/b")), "INVALID_NAME", "name");
        refused(
                gateway().postJson(engine("/networks"), Map.of("name", made().name(), "subnet", "wide")),
                "INVALID_SUBNET",
                "subnet");
        String name = made().network();
        refused(
                gateway().postJson(engine("/networks/" + name + "/connect"), Map.of()),
                "MISSING_CONTAINER",
                "container");
        problem(
                gateway().postJson(engine("/networks/" + name + "/connect"), Map.of("container", NOBODY)),
                404,
                "not_found",
                "NO_SUCH_CONTAINER");
        problem(
                gateway()
                        .postJson(
                                engine("/networks/" + made().name() + "/connect"),
                                Map.of("container", text(created(idle()), "cuid"))),
                404,
                "not_found",
                "NO_SUCH_NETWORK");
    }
}
