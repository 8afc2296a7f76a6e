package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ENGINE;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.engine.EngineRegistry;
import dev.roadstead.gateway.RunningGateway.Answer;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A gateway keeps nothing that the engine does not: another one, or the same one restarted, sees the same world. */
@RequiresLab("docker")
class GatewayRestartIT {
    @Test
    void whatWasMadeBeforeARestartIsTheSameAfterwards() {
        try (RunningGateway before = start()) {
            MadeOverHttp made = new MadeOverHttp(before);
            try {
                Map<String, Object> body = with(
                        made.container(Map.of("image", "busybox:latest", "command", List.of("sleep", "60"))),
                        "tags",
                        List.of("blue", "a,b"));
                String key = made.name();
                Answer created = before.postJson("/v1/containers", body, "Idempotency-Key", key);
                assertThat(created.status()).as(created.text()).isEqualTo(201);
                String foreignName = made.name();
                before.bean(EngineRegistry.class)
                        .get(ENGINE)
                        .containers()
                        .create(ContainerSpec.of("busybox:latest", List.of("sleep", "60"))
                                .named(new ContainerName(foreignName))
                                .labelled(made.labels()))
                        .block(Duration.ofSeconds(30));
                JsonNode foreign = ok(before.get("/v1/containers/%s:%s".formatted(ENGINE, foreignName)));

                try (RunningGateway after = start()) {
                    JsonNode shown = ok(after.get(path(created.json(), "")));
                    assertThat(shown).isEqualTo(created.json());
                    assertThat(texts(shown.required("tags"))).containsExactly("blue", "a,b");
                    assertThat(after.get(path(shown, "")).header("ETag"))
                            .isEqualTo(before.get(path(shown, "")).header("ETag"));

                    assertThat(ok(after.get(path(foreign, "")))).isEqualTo(foreign);

                    Answer again = after.postJson("/v1/containers", body, "Idempotency-Key", key);
                    assertThat(again.status()).as(again.text()).isEqualTo(200);
                    assertThat(text(again.json(), "cuid")).isEqualTo(text(shown, "cuid"));
                    problem(
                            after.postJson("/v1/containers", with(body, "tty", true), "Idempotency-Key", key),
                            409,
                            "conflict",
                            "IDEMPOTENCY_MISMATCH");
                }
            } finally {
                made.removeAll();
            }
        }
    }

    private static RunningGateway start() {
        return RunningGateway.start(Map.of(ENGINE, Lab.docker().toString()));
    }
}
