package dev.roadstead.api.container;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.api.ApiJson;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Cuid;
import dev.roadstead.container.Labels;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Protocol;
import dev.roadstead.fleet.Located;
import dev.roadstead.testing.ContainerBuilder;
import dev.roadstead.testing.ScriptedEngine;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

class ContainerViewsTest {
    private static final Cuid CUID = new Cuid("c0b7e9a52-6f0e-4a5f-8f43-3f6a2c1d9e10");

    private final ScriptedEngine engine = new ScriptedEngine("local");

    @ParameterizedTest
    @EnumSource(ContainerStatus.class)
    void whatItIsDoingDoesNotChangeTheTag(ContainerStatus status) {
        ContainerState state = new ContainerState(status, "x", 3, "healthy", Instant.EPOCH, Instant.EPOCH);

        assertThat(tag(web().state(state))).isEqualTo(tag(web()));
    }

    @Test
    void anAddressOrAPortThatTheEngineChoseDoesNotChangeTheTag() {
        assertThat(tag(web().ports(new PortMapping(40_123, 80, Protocol.TCP, "0.0.0.0"))
                        .networks(new NetworkAttachment("bridge", "172.17.0.2", null, "02:42"))))
                .isEqualTo(tag(web().ports(new PortMapping(null, 80, Protocol.TCP, null))
                        .networks(new NetworkAttachment("bridge", null, null, null))));
    }

    @Test
    void whatItShallBeChangesTheTag() {
        String tag = tag(web());

        assertThat(tag(web().env(Map.of("A", "1")))).isNotEqualTo(tag);
        assertThat(tag(web().name("other"))).isNotEqualTo(tag);
        assertThat(tag(web().image("busybox:1.36"))).isNotEqualTo(tag);
        assertThat(tag(web().label("team", "shop"))).isNotEqualTo(tag);
        assertThat(tag(web().label(Labels.TAGS, "blue"))).isNotEqualTo(tag);
        assertThat(tag(web().ports(new PortMapping(null, 81, Protocol.TCP, null))))
                .isNotEqualTo(tag);
        assertThat(tag(web().networks(new NetworkAttachment("other", null, null, null))))
                .isNotEqualTo(tag);
    }

    @Test
    void theTagIsAQuotedTextThatIsTheSameEveryTime() {
        assertThat(tag(web().env(Map.of("A", "1", "B", "2", "C", "3"))))
                .matches("\"[0-9a-f]{32}\"")
                .isEqualTo(tag(web().env(Map.of("C", "3", "B", "2", "A", "1"))));
    }

    @Test
    void theGatewaysOwnLabelsAreNotShown() {
        JsonNode shown = view(web().label("team", "shop")
                .label(Labels.CUID, CUID.value())
                .label(Labels.TAGS, "blue,green")
                .label(Labels.IDEMPOTENCY_KEY, "abc"));

        assertThat(shown.get("labels").toString()).isEqualTo("{\"team\":\"shop\"}");
        assertThat(shown.get("tags").toString()).isEqualTo("[\"blue\",\"green\"]");
        assertThat(shown.get("managed").booleanValue()).isTrue();
        assertThat(shown.get("cuid").stringValue()).isEqualTo(CUID.value());
    }

    @Test
    void oneThatTheGatewayDidNotMakeIsNotManaged() {
        assertThat(view(web()).get("managed").booleanValue()).isFalse();
    }

    @Test
    void unknownValuesAreNullAndNotLeftOut() {
        JsonNode shown = view(web());

        assertThat(shown.get("exit_code").isNull()).isTrue();
        assertThat(shown.get("started_at").isNull()).isTrue();
        assertThat(shown.get("user").isNull()).isTrue();
        assertThat(shown.get("created_at").stringValue()).isEqualTo("2026-11-23T09:00:00Z");
        assertThat(shown.get("engine").stringValue()).isEqualTo("local");
    }

    private static ContainerBuilder web() {
        return new ContainerBuilder("4f1b3c5d7e9f").name("web");
    }

    private String tag(ContainerBuilder container) {
        return ContainerViews.etag(new Located(engine, container.build(), CUID));
    }

    private JsonNode view(ContainerBuilder container) {
        return ApiJson.MAPPER.valueToTree(ContainerViews.view(new Located(engine, container.build(), CUID)));
    }
}
