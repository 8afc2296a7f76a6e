package dev.roadstead.house;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;

@House
@ExtendWith(OutputCaptureExtension.class)
class LogTest {
    @LocalServerPort
    private int port;

    @Test
    void everyLineOfARequestBearsItsIdWhicheverThreadWroteIt(CapturedOutput output) {
        House.Client.alice(port)
                .get()
                .uri("/v1/probe/log")
                .header("X-Request-Id", "find-me-1")
                .exchange()
                .expectStatus()
                .isOk();
        await().untilAsserted(() -> assertThat(output.getOut().lines())
                .anyMatch(line -> line.contains("[find-me-1]") && line.contains("on another thread")));
    }

    @Test
    void everyRequestIsOneLineWithoutItsQueryAndSecrets(CapturedOutput output) {
        House.Client.alice(port)
                .get()
                .uri("/v1/probe/log?ticket=hush")
                .header("X-Request-Id", "find-me-2")
                .exchange()
                .expectStatus()
                .isOk();
        await().untilAsserted(() -> assertThat(output.getOut().lines())
                .anySatisfy(
                        line -> assertThat(line).contains("[find-me-2]", "GET /v1/probe/log 200 ", "ms user=alice")));
        assertThat(output.getOut()).doesNotContain("hush", "right", "Basic");
    }

    @Test
    void aRefusedRequestIsALineToo(CapturedOutput output) {
        House.Client.at(port, "127.0.0.1")
                .get()
                .uri("/v1/probe/log")
                .header("X-Request-Id", "find-me-3")
                .exchange()
                .expectStatus()
                .isUnauthorized();
        await().untilAsserted(() -> assertThat(output.getOut().lines())
                .anySatisfy(line -> assertThat(line).contains("[find-me-3]", "GET /v1/probe/log 401 ", "user=-")));
    }
}
