package dev.roadstead.house;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.json.JsonCompareMode;
import org.springframework.test.web.reactive.server.WebTestClient;

@House
class JsonTest {
    @LocalServerPort
    private int port;

    @Test
    void fieldsAreInSnakeCaseTimesAreTextAndNullsAreWritten() {
        post("{\"some_text\":\"x\",\"created_at\":\"2026-11-23T10:00:00+01:00\"}")
                .expectStatus()
                .isOk()
                .expectBody()
                .json(
                        "{\"some_text\":\"x\",\"whole_number\":null,\"flag\":null,\"created_at\":\"2026-11-23T09:00:00Z\",\"words\":null}",
                        JsonCompareMode.STRICT);
    }

    @Test
    void anUnknownFieldIsRefusedByItsName() {
        post("{\"some_txt\":\"x\"}")
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("UNKNOWN_FIELD")
                .jsonPath("$.details.field")
                .isEqualTo("some_txt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"whole_number\":\"1\"}",
                "{\"whole_number\":1.5}",
                "{\"whole_number\":1.0}",
                "{\"whole_number\":true}",
                "{\"some_text\":1}",
                "{\"some_text\":true}",
                "{\"some_text\":1.5}",
                "{\"flag\":\"true\"}",
                "{\"flag\":1}",
                "{\"words\":\"one\"}",
                "{\"words\":[1]}",
                "{\"flag\":\"\"}",
                "{\"created_at\":1}",
                "{\"created_at\":\"yesterday\"}",
                "{\"created_at\":\"2026-11-23\"}",
                "{\"some_text\":\"a\",\"some_text\":\"b\"}",
                "{} {}",
                "{}x",
                "[]",
                "\"\"",
                "{",
                ""
            })
    void whatIsNotExactlyRightIsRefused(String body) {
        post(body)
                .expectStatus()
                .isBadRequest()
                .expectBody()
                .jsonPath("$.error")
                .isEqualTo("validation_error");
    }

    @Test
    void aBodyOverTheBoundIsTooLarge() {
        post("{\"some_text\":\"%s\"}".formatted("x".repeat(1024 * 1024)))
                .expectStatus()
                .isEqualTo(413)
                .expectBody()
                .jsonPath("$.error")
                .isEqualTo("payload_too_large");
        post("{\"some_text\":\"%s\"}".formatted("x".repeat(1000 * 1024)))
                .expectStatus()
                .isOk();
    }

    @Test
    void theDocumentIsOpenApi31InSnakeCase() {
        House.Client.at(port, "127.0.0.1")
                .mutate()
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(4 * 1024 * 1024))
                .build()
                .get()
                .uri("/openapi.json")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.openapi")
                .isEqualTo("3.1.0")
                .jsonPath("$.info.title")
                .isEqualTo("Roadstead")
                .jsonPath("$.info.version")
                .isEqualTo("0.1.0")
                .jsonPath("$.components.securitySchemes.basic.scheme")
                .isEqualTo("basic")
                .jsonPath("$.components.schemas.Probe.properties.whole_number")
                .exists()
                .jsonPath("$.components.schemas.Probe.properties.wholeNumber")
                .doesNotExist()
                .jsonPath("$.components.schemas.Health.properties.compose_version")
                .exists()
                .jsonPath("$.paths['/healthz'].get.security")
                .isEmpty();
    }

    private WebTestClient.ResponseSpec post(String body) {
        return House.Client.alice(port)
                .post()
                .uri("/v1/probe")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }
}
