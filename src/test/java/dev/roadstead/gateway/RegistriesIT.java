package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.ENGINE;
import static dev.roadstead.gateway.GatewaySubject.engine;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.RunningGateway.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.EventText.Event;
import dev.roadstead.gateway.RunningGateway.Answer;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Docker pulls from real registries, with and without passwords, and tells how far it is. */
@RequiresLab({"docker", "registry"})
class RegistriesIT {
    private static @Nullable RunningGateway running;

    private final MadeOverHttp made = new MadeOverHttp(gateway());

    @BeforeAll
    static void start() {
        running = RunningGateway.start(Map.of(ENGINE, Lab.docker().toString()));
    }

    @AfterAll
    static void stop() {
        gateway().close();
    }

    @AfterEach
    void removeWhatTheTestMade() {
        made.removeAll();
    }

    @Test
    void aPullTellsEachLayersProgressAndEndsWithTheImage() {
        String reference = made.image(Lab.registry() + "/lab/layers:1");
        // The slow registry has the same blobs: what was cut off there must not count here.
        JsonNode operation = pulled(gateway(), Map.of("reference", reference));
        assertThat(texts(operation.required("resources"))).containsExactly(engine("/images/" + encoded(reference)));
        List<Event> events = new ArrayList<>();
        try (EventText text =
                new EventText(gateway().open(where(operation) + "/events").body())) {
            events.addAll(text.until("end"));
        }

        JsonNode last = events.get(events.size() - 2).json();
        assertThat(text(last, "status")).as(last.toString()).isEqualTo("succeeded");
        JsonNode layers = last.at("/progress/layers");
        assertThat(layers.size()).isGreaterThanOrEqualTo(6);
        assertThat(layers).allSatisfy(layer -> assertThat(text(layer, "status")).isNotBlank());
        assertThat(events.stream()
                        .filter(event -> event.name().equals("operation"))
                        .map(event -> event.json().at("/progress/current").asLong(0)))
                .anySatisfy(current -> assertThat(current).isPositive());
        assertThat(last.at("/progress/total").asLong()).isGreaterThan(50L << 20);
        JsonNode image = ok(gateway().get(last.at("/resources/0").asString()));
        assertThat(texts(image.required("tags"))).contains(reference);
        assertThat(texts(image.required("digests"))).anyMatch(digest -> digest.contains("@sha256:"));
    }

    @Test
    void aRegistryWithAPasswordTakesTheOneInTheRequest() {
        String reference = made.image(Lab.registryWithPassword() + "/lab/busybox:1");

        JsonNode ended =
                ended(gateway(), Map.of("reference", reference, "registry_auth", auth(Lab.registryPassword())));

        assertThat(text(ended, "status")).as(ended.toString()).isEqualTo("succeeded");
        assertThat(ended.toString()).doesNotContain(Lab.registryPassword());
        ok(gateway().get(engine("/images?ref=" + encoded(reference))));
    }

    @Test
    void aRegistryWithAPasswordTakesTheConfiguredOne() {
        String reference = made.image(Lab.registryWithPassword() + "/lab/busybox:1");
        String prefix = "roadstead.registries.[%s].".formatted(Lab.registryWithPassword());
        try (RunningGateway configured = RunningGateway.start(
                Map.of(ENGINE, Lab.docker().toString()),
                prefix + "username=" + Lab.registryUser(),
                prefix + "password=" + Lab.registryPassword())) {
            JsonNode ended = ended(configured, Map.of("reference", reference));

            assertThat(text(ended, "status")).as(ended.toString()).isEqualTo("succeeded");

            // A create needs no credentials either, and pulls what is not there.
            ok(configured.delete(engine("/images?ref=" + encoded(reference))));
            Answer created = configured.postJson("/v1/containers", made.container(Map.of("image", reference)));
            assertThat(created.status()).as(created.text()).isEqualTo(201);
            assertThat(text(created.json(), "image")).isEqualTo(reference);
        }
    }

    @Test
    void aCreatePullsWhatIsMissingAndAlwaysWhenAsked() {
        String reference = made.image(Lab.registry() + "/lab/busybox:latest");
        problem(
                gateway().postJson("/v1/containers", made.container(Map.of("image", reference, "pull", "never"))),
                404,
                "not_found",
                "NO_SUCH_IMAGE");
        for (String pull : List.of("missing", "always", "never")) {
            Answer created =
                    gateway().postJson("/v1/containers", made.container(Map.of("image", reference, "pull", pull)));
            assertThat(created.status()).as(created.text()).isEqualTo(201);
        }
        String secret = made.image(Lab.registryWithPassword() + "/lab/busybox:latest");
        Map<String, Object> body = made.container(Map.of("image", secret));
        problem(gateway().postJson("/v1/containers", body), 502, "engine_error", "REGISTRY_DENIED");
        Answer created = gateway()
                .postJson("/v1/containers", GatewaySubject.with(body, "registry_auth", auth(Lab.registryPassword())));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        assertThat(created.text()).doesNotContain(Lab.registryPassword());
    }

    @Test
    void aRegistryThatRefusesIsAFailedOperation() {
        String reference = Lab.registryWithPassword() + "/lab/busybox:1";
        for (Map<String, Object> request : List.<Map<String, Object>>of(
                Map.of("reference", reference), Map.of("reference", reference, "registry_auth", auth("wrong")))) {
            failed(ended(gateway(), request), "engine_error", "REGISTRY_DENIED");
        }
    }

    @Test
    void anImageThatNoRegistryHasIsAFailedOperation() {
        for (String reference : List.of(
                Lab.registry() + "/lab/busybox:none", Lab.registry() + "/lab/nothing:1", "127.0.0.1:9/lab/busybox:1")) {
            JsonNode ended = ended(gateway(), Map.of("reference", reference));
            failed(ended, "not_found", "NO_SUCH_IMAGE");
            assertThat(ended.at("/error/details/native_message").asString()).isNotBlank();
        }
        GatewaySubject.refused(
                gateway().postJson(engine("/images/pull"), Map.of("reference", "Not A Name")),
                "INVALID_REFERENCE",
                "reference");
    }

    @Test
    void aPullFromASlowRegistryCanBeCancelled() {
        String reference = made.image(Lab.slowRegistry() + "/lab/layers:1");
        JsonNode operation = pulled(gateway(), Map.of("reference", reference));
        GatewaySubject.within()
                .untilAsserted(() -> assertThat(ok(gateway().get(where(operation)))
                                .at("/progress/current")
                                .asLong(0))
                        .isPositive());

        assertThat(text(ok(gateway().delete(where(operation))), "status")).isEqualTo("cancelled");

        assertThat(text(ok(gateway().get(where(operation) + "/wait?timeout=5")), "status"))
                .isEqualTo("cancelled");
        assertThat(gateway().get(engine("/images?ref=" + encoded(reference))).status())
                .isEqualTo(404);
    }

    private static Map<String, String> auth(String password) {
        return Map.of("username", Lab.registryUser(), "password", password);
    }

    private static JsonNode pulled(RunningGateway gateway, Map<String, Object> request) {
        Answer answer = gateway.postJson(engine("/images/pull"), request);
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        assertThat(answer.header("Location")).isEqualTo(where(answer.json()));
        assertThat(text(answer.json(), "kind")).isEqualTo("image.pull");
        return answer.json();
    }

    private static JsonNode ended(RunningGateway gateway, Map<String, Object> request) {
        return ok(gateway.get(where(pulled(gateway, request)) + "/wait?timeout=50"));
    }

    private static void failed(JsonNode operation, String error, String code) {
        assertThat(text(operation, "status")).as(operation.toString()).isEqualTo("failed");
        assertThat(operation.at("/error/error").asString())
                .as(operation.toString())
                .isEqualTo(error);
        assertThat(operation.at("/error/code").asString())
                .as(operation.toString())
                .isEqualTo(code);
    }

    private static String where(JsonNode operation) {
        return "/v1/operations/" + text(operation, "id");
    }

    private static RunningGateway gateway() {
        return Objects.requireNonNull(running);
    }
}
