package dev.roadstead.house;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.RoadsteadApplication;
import dev.roadstead.testing.ScriptedEngineFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class ShutdownTest {
    @Test
    void endlessAnswersEndAndEnginesAreClosed() throws InterruptedException {
        SpringApplication application = new SpringApplicationBuilder(
                        RoadsteadApplication.class, House.ScriptedEngines.class, ProbeController.class)
                .properties(
                        "server.port=0", "roadstead.engines.a.kind=kleened", "roadstead.engines.a.uri=unix:///a.sock")
                .build();
        ConfigurableApplicationContext context = application.run(
                "--roadstead.security.user=alice", "--roadstead.security.password=right", "--server.port=0");
        ScriptedEngineFactory factory = context.getBean(ScriptedEngineFactory.class);
        int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
        WebTestClient alice = House.Client.alice(port);
        Flux<String> endless = alice.get()
                .uri("/v1/probe/endless")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .returnResult(String.class)
                .getResponseBody();
        CountDownLatch closed = new CountDownLatch(1);
        Thread closing = Thread.ofPlatform().unstarted(() -> {
            context.close();
            closed.countDown();
        });
        StepVerifier.create(endless)
                .expectNext("first")
                .then(closing::start)
                .expectComplete()
                .verify(Duration.ofSeconds(10));
        // Well below the 20 seconds that the server would wait for an answer that does not end.
        assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(factory.engine("a").closings()).isOne();
    }
}
