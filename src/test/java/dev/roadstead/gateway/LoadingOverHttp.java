package dev.roadstead.gateway;

import static dev.roadstead.gateway.GatewaySubject.engine;
import static dev.roadstead.gateway.GatewaySubject.ok;
import static dev.roadstead.gateway.GatewaySubject.text;
import static dev.roadstead.gateway.GatewaySubject.texts;
import static dev.roadstead.gateway.GatewaySubject.unsupported;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.LoadContract;
import dev.roadstead.gateway.RunningGateway.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Image files are taken in as operations. */
public interface LoadingOverHttp extends GatewaySubject {
    /** An image file of the engine's own family, whose image bears this reference where such files hold names. */
    default byte[] imageFile(String reference) {
        return LoadContract.dockerLayout(reference);
    }

    @Test
    default void anImageFileIsLoadedAndTheOperationNamesItsImages() {
        String reference = made().imageReference();

        Answer answer = load(imageFile(reference));

        if (!has("image_load")) {
            unsupported(answer, "image_load");
            return;
        }
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        JsonNode ended = ok(gateway().get(answer.header("Location") + "/wait?timeout=30"));
        assertThat(text(ended, "status")).as(ended.toString()).isEqualTo("succeeded");
        List<String> loaded = texts(ended.required("resources"));
        assertThat(loaded).isNotEmpty();
        for (String image : loaded) {
            // Not every engine's file names its image.
            made().image(text(ok(gateway().get(image)), "id"));
        }
    }

    @Test
    default void whatIsNoImageFileFailsTheOperation() {
        needs("image_load");

        Answer answer = load("no image".getBytes(StandardCharsets.UTF_8));

        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
        JsonNode ended = ok(gateway().get(answer.header("Location") + "/wait?timeout=30"));
        assertThat(text(ended, "status")).isEqualTo("failed");
        assertThat(text(ended.required("error"), "error")).isEqualTo("validation_error");
    }

    private Answer load(byte[] file) {
        return gateway()
                .send(gateway()
                        .request("POST", engine("/images/load"), BodyPublishers.ofByteArray(file))
                        .header("Content-Type", "application/x-tar"));
    }
}
