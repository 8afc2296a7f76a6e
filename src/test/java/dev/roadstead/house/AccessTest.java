package dev.roadstead.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

@House
class AccessTest {
    @LocalServerPort
    private int port;

    private WebTestClient alice;
    private WebTestClient nobody;

    @BeforeEach
    void clients() {
        alice = House.Client.alice(port);
        nobody = House.Client.at(port, "127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/probe/log",
                "/v1/no-such-thing",
                "/actuator",
                "/actuator/health",
                "/actuator/prometheus",
                "/actuator/info",
                "/swagger-ui.html",
                "/swagger-ui/index.html",
                "/webjars/swagger-ui/index.html",
                "/openapi/swagger-config",
                "/healthz/",
                "/"
            })
    void everythingElseNeedsCredentials(String path) {
        nobody.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .valueEquals(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Roadstead\", charset=\"UTF-8\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/healthz",
                "/v1/healthz",
                "/actuator/health/liveness",
                "/actuator/health/readiness",
                "/openapi.json",
                "/openapi.yaml",
                "/asyncapi.yaml"
            })
    void healthAndTheDocumentNeedNoneAndIgnoreWrongOnes(String path) {
        nobody.get().uri(path).exchange().expectStatus().isOk();
        nobody.get()
                .uri(path)
                .headers(headers -> headers.setBasicAuth("alice", "wrong"))
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void aRefusalIsAProblemLikeEveryOther() {
        nobody.get()
                .uri("/v1/probe/log")
                .header("X-Request-Id", "mine")
                .exchange()
                .expectStatus()
                .isUnauthorized()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .expectHeader()
                .valueEquals("X-Request-Id", "mine")
                .expectBody()
                .jsonPath("$.error")
                .isEqualTo("auth_error")
                .jsonPath("$.code")
                .isEqualTo("MISSING_CREDENTIALS")
                .jsonPath("$.status")
                .isEqualTo(401)
                .jsonPath("$.instance")
                .isEqualTo("/v1/probe/log")
                .jsonPath("$.request_id")
                .isEqualTo("mine")
                .jsonPath("$.type")
                .isEqualTo("urn:roadstead:error:auth_error")
                .jsonPath("$.timestamp")
                .exists();
    }

    @Test
    void rightCredentialsGetIn() {
        alice.get().uri("/v1/probe/log").exchange().expectStatus().isOk();
        alice.get()
                .uri("/v1/no-such-thing")
                .exchange()
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("NO_SUCH_ROUTE");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic !!!", "Basic YWxpY2U=", "Bearer right", "Basic YWxpY2U6d3Jvbmc="})
    void oddCredentialsAreRefused(String header) {
        House.Client.at(port, "127.0.0.9")
                .get()
                .uri("/v1/probe/log")
                .header(HttpHeaders.AUTHORIZATION, header)
                .exchange()
                .expectStatus()
                .value(status -> assertThat(status).isIn(401, 429));
    }

    @Test
    void whoeverGuessesHasToWaitWhileOthersGetIn() {
        WebTestClient guesser = House.Client.at(port, "127.0.0.2");
        for (int i = 0; i < 3; i++) {
            int guess = i;
            guesser.get()
                    .uri("/v1/probe/log")
                    .headers(headers -> headers.setBasicAuth("alice", "wrong" + guess))
                    .exchange()
                    .expectStatus()
                    .isUnauthorized()
                    .expectBody()
                    .jsonPath("$.code")
                    .isEqualTo("WRONG_CREDENTIALS");
        }
        guesser.get()
                .uri("/v1/probe/log")
                .headers(headers -> headers.setBasicAuth("alice", "right"))
                .exchange()
                .expectStatus()
                .isEqualTo(429)
                .expectHeader()
                .value(
                        HttpHeaders.RETRY_AFTER,
                        seconds -> assertThat(Integer.parseInt(seconds)).isBetween(1, 60))
                .expectBody()
                .jsonPath("$.error")
                .isEqualTo("rate_limited")
                .jsonPath("$.code")
                .isEqualTo("TOO_MANY_FAILED_LOGINS");
        House.Client.at(port, "127.0.0.3")
                .get()
                .uri("/v1/probe/log")
                .headers(headers -> headers.setBasicAuth("alice", "right"))
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void answersForbidFramingSniffingAndCaching() {
        alice.get()
                .uri("/v1/probe/log")
                .exchange()
                .expectHeader()
                .valueEquals("X-Content-Type-Options", "nosniff")
                .expectHeader()
                .valueEquals("X-Frame-Options", "DENY")
                .expectHeader()
                .valueEquals("Referrer-Policy", "no-referrer")
                .expectHeader()
                .value("Cache-Control", value -> assertThat(value).contains("no-store"))
                .expectHeader()
                .value(
                        "Content-Security-Policy",
                        value -> assertThat(value).contains("default-src 'self'", "frame-ancestors 'none'"))
                .expectHeader()
                .doesNotExist("Set-Cookie");
    }

    @Test
    void refusalsBearTheSameHeaders() {
        nobody.get()
                .uri("/v1/probe/log")
                .exchange()
                .expectHeader()
                .valueEquals("X-Content-Type-Options", "nosniff")
                .expectHeader()
                .valueEquals("X-Frame-Options", "DENY");
    }

    @Test
    void anotherSitesPageChangesNothingEvenWithTheBrowsersCredentials() {
        alice.post()
                .uri("/v1/probe")
                .header("Sec-Fetch-Site", "cross-site")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("CROSS_SITE_REQUEST")
                .jsonPath("$.details.policy")
                .isEqualTo("same_origin");
        alice.post()
                .uri("/v1/probe")
                .header("Sec-Fetch-Site", "same-origin")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "http://evil.example",
                "http://127.0.0.1",
                "https://127.0.0.1",
                "http://127.0.0.1.evil.example",
                "x"
            })
    void anotherOriginChangesNothingWhereBrowsersSendNoSecFetchSite(String origin) {
        alice.post()
                .uri("/v1/probe")
                .header(HttpHeaders.ORIGIN, origin)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isForbidden()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("CROSS_SITE_REQUEST");
        alice.get()
                .uri("/v1/probe/log")
                .header(HttpHeaders.ORIGIN, origin)
                .exchange()
                .expectStatus()
                .value(status -> assertThat(status).isNotEqualTo(500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http", "https"})
    void theOwnOriginMayChangeThings(String scheme) {
        alice.post()
                .uri("/v1/probe")
                .header(HttpHeaders.ORIGIN, "%s://127.0.0.1:%d".formatted(scheme, port))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue("{}")
                .exchange()
                .expectStatus()
                .isOk();
    }

    @Test
    void swaggerUiWorksWithTheCredentials() {
        String location = alice.get()
                .uri("/swagger-ui.html")
                .exchange()
                .expectStatus()
                .is3xxRedirection()
                .returnResult(Void.class)
                .getResponseHeaders()
                .getFirst(HttpHeaders.LOCATION);
        String path = location.startsWith("http") ? location.replaceFirst("https?://[^/]+", "") : location;
        String page = alice.get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .returnResult()
                .getResponseBody();
        assertThat(page).contains("swagger-ui-bundle.js");
        assertThat(page).doesNotContain("<script>");
        String base = path.substring(0, path.lastIndexOf('/'));
        alice.get()
                .uri(base + "/swagger-initializer.js")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(script -> assertThat(script).contains("openapi"));
    }

    @Test
    void metricsAreForThoseWithCredentials() {
        alice.get()
                .uri("/actuator/prometheus")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .value(text -> assertThat(text).contains("roadstead_engine_calls_seconds_count", "engine=\"a\""));
    }
}
