package dev.roadstead.config;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webtestclient.autoconfigure.AutoConfigureWebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient;

@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"roadstead.security.user=alice", "roadstead.security.password=right"})
@AutoConfigureWebTestClient
class HouseTest {
    @Autowired
    private WebTestClient client;

    @Test
    void healthNeedsNoCredentials() {
        client.get()
                .uri("/healthz")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("ok")
                .jsonPath("$.compose_version")
                .isEqualTo("0.1.0");
    }
}
