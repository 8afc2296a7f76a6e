package dev.roadstead.house;

import static org.awaitility.Awaitility.await;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.testing.ScriptedEngineFactory;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;

@House
class HealthTest {
    @LocalServerPort
    private int port;

    @Autowired
    private ScriptedEngineFactory factory;

    @AfterEach
    void recover() {
        factory.engine("a").pinging(Mono.just(Duration.ofMillis(1)));
    }

    @Test
    void healthTellsVersionAndEngines() {
        await().untilAsserted(() -> healthz()
                .jsonPath("$.status")
                .isEqualTo("ok")
                .jsonPath("$.version")
                .isEqualTo("0.1.0")
                .jsonPath("$.compose_version")
                .isEqualTo("0.1.0")
                .jsonPath("$.engines.a.status")
                .isEqualTo("up")
                .jsonPath("$.engines.b.status")
                .isEqualTo("up"));
    }

    @Test
    void aDownEngineDegradesHealthButNeitherReadinessNorTheAnswersStatus() {
        factory.engine("a").pinging(Mono.error(new EngineException.Unavailable("gone", Evidence.NONE, null)));
        await().untilAsserted(() -> healthz()
                .jsonPath("$.status")
                .isEqualTo("degraded")
                .jsonPath("$.engines.a.status")
                .isEqualTo("down")
                .jsonPath("$.engines.b.status")
                .isEqualTo("up"));
        House.Client.at(port, "127.0.0.1")
                .get()
                .uri("/actuator/health/readiness")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$.status")
                .isEqualTo("UP")
                .jsonPath("$.components")
                .doesNotExist();
    }

    private WebTestClient.BodyContentSpec healthz() {
        return House.Client.at(port, "127.0.0.1")
                .get()
                .uri("/healthz")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody();
    }
}
