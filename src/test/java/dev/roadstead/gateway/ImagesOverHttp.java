package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.engine;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.path;
import static dev.roadstead.gateway.GatewaySubject.problem;
import static dev.roadstead.gateway.GatewaySubject.refused;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.unsupported;
import static dev.roadstead.gateway.GatewaySubject.with;
import static dev.roadstead.gateway.RunningGateway.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.RunningGateway.Answer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Images are found by names that stand in the path or in a parameter, named, and removed. */
public interface ImagesOverHttp extends GatewaySubject {
    /** The form of an image's id. */
    default String imageIds() {
        return "sha256:[0-9a-f]{64}";
    }

    @Test
    default void imagesAreListedOnOneEngineAndOnAll() {
        for (String path : new String[] {engine("/images"), "/v1/images"}) {
            JsonNode list = ok(gateway().get(path));
            assertThat(list.required("warnings").size()).isZero();
            assertThat(list.required("images")).anySatisfy(image -> {
                assertThat(texts(image.required("tags"))).contains(image());
                assertThat(text(image, "engine")).isEqualTo(ENGINE);
                assertThat(text(image, "id")).matches(imageIds());
                assertThat(image.required("size").asLong()).isPositive();
            });
        }
    }

    @Test
    default void anImageIsFoundByEncodedNameByParameterAndById() {
        String reference = named();
        assertThat(reference).contains("/").contains(":");

        JsonNode image = ok(gateway().get(engine("/images/" + encoded(reference))));

        assertThat(texts(image.required("tags"))).contains(reference);
        assertThat(ok(gateway().get(engine("/images?ref=" + encoded(reference))))
                        .required("images"))
                .containsExactly(image);
        assertThat(ok(gateway().get(engine("/images/" + encoded(text(image, "id"))))))
                .isEqualTo(image);
        assertThat(ok(gateway().get(engine("/images/" + reference.replace("/", "%2f")))))
                .isEqualTo(image);
    }

    @Test
    default void theConfigurationOfAnImageIsShown() {
        JsonNode image = ok(gateway().get(engine("/images/" + encoded(image()))));

        if (has("command")) {
            assertThat(texts(image.required("command"))).containsExactly("sh");
            assertThat(image.at("/env/PATH").asString()).contains("/bin");
        }
        assertThat(text(image, "os")).isEqualTo("linux");
        assertThat(text(image, "architecture")).isNotBlank();
    }

    @Test
    default void theHistoryTellsHowAnImageWasMade() {
        Answer answer = gateway().get(engine("/images/" + encoded(image()) + "/history"));
        if (!has("image_history")) {
            unsupported(answer, "image_history");
            return;
        }
        JsonNode byPath = ok(answer);

        assertThat(byPath.required("history").size()).isPositive();
        assertThat(byPath.required("history")).allSatisfy(step -> {
            assertThat(text(step, "created_at")).endsWith("Z");
            assertThat(step.required("size").asLong()).isNotNegative();
        });
        assertThat(ok(gateway().get(engine("/images/history?ref=" + encoded(image())))))
                .isEqualTo(byPath);
    }

    @Test
    default void aFurtherNameIsTheSameImage() {
        String first = named();
        String second = made().imageReference();
        String third = made().imageReference();
        String id = text(
                ok(gateway().get(engine("/images?ref=" + encoded(first))))
                        .required("images")
                        .get(0),
                "id");

        JsonNode byPath =
                ok(gateway().postJson(engine("/images/" + encoded(first) + "/tag"), Map.of("reference", second)));
        JsonNode byParameter =
                ok(gateway().postJson(engine("/images/tag?ref=" + encoded(first)), Map.of("reference", third)));

        assertThat(text(byPath, "id")).isEqualTo(id);
        assertThat(texts(byParameter.required("tags"))).contains(first, second, third);
        refused(
                gateway().postJson(engine("/images/tag?ref=" + encoded(first)), Map.of("reference", "A B")),
                "INVALID_REFERENCE",
                "reference");
        refused(
                gateway().postJson(engine("/images/tag?ref=" + encoded(first)), Map.of()),
                "MISSING_REFERENCE",
                "reference");
    }

    @Test
    default void removingANameLeavesTheOthersAndTheLastTakesTheImage() {
        String first = named();
        String second = made().imageReference();
        ok(gateway().postJson(engine("/images/tag?ref=" + encoded(first)), Map.of("reference", second)));

        JsonNode untagged = ok(gateway().delete(engine("/images/" + encoded(first))));
        assertThat(texts(untagged.required("untagged"))).contains(first);
        assertThat(untagged.required("deleted").size()).isZero();
        problem(gateway().get(engine("/images/" + encoded(first))), 404, "not_found", "NO_SUCH_IMAGE");

        JsonNode deleted = ok(gateway().delete(engine("/images?ref=" + encoded(second))));
        assertThat(texts(deleted.required("untagged"))).contains(second);
        assertThat(deleted.required("deleted").size()).isPositive();
        problem(gateway().delete(engine("/images?ref=" + encoded(second))), 404, "not_found", "NO_SUCH_IMAGE");
    }

    @Test
    default void anImageInUseIsAConflict() {
        String reference = named();
        JsonNode user = created(with(idle(), "image", reference));

        problem(gateway().delete(engine("/images/" + encoded(reference))), 409, "conflict", "IMAGE_IN_USE");
        ok(gateway().get(engine("/images/" + encoded(reference))));

        GatewaySubject.empty(gateway().delete(path(user, "")));
        ok(gateway().delete(engine("/images/" + encoded(reference))));
    }

    @Test
    default void aNameThatIsNoneIsRefused() {
        problem(
                gateway().get(engine("/images/" + encoded("roadstead-test/none:none"))),
                404,
                "not_found",
                "NO_SUCH_IMAGE");
        problem(
                gateway().get(engine("/images?ref=" + encoded("roadstead-test/none:none"))),
                404,
                "not_found",
                "NO_SUCH_IMAGE");
        refused(gateway().get(engine("/images/" + encoded("a b"))), "INVALID_REF", "ref");
        refused(gateway().delete(engine("/images")), "MISSING_PARAMETER", "ref");
        problem(gateway().get("/v1/engines/nowhere/images"), 404, "not_found", "NO_SUCH_ENGINE");
    }

    /** An image of this test's own. */
    private String named() {
        String reference = made().imageReference();
        JsonNode donor = created(idle());
        Answer committed = gateway().postJson(path(donor, "/commit"), Map.of("reference", reference));
        assertThat(committed.status()).as(committed.text()).isEqualTo(201);
        GatewaySubject.empty(gateway().delete(path(donor, "")));
        return reference;
    }
}
