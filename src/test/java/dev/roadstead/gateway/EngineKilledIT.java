package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.gateway.RunningGateway.Answer;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.NoLeaks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** A real daemon that is lost in the middle of something, and comes back. */
@RequiresLab({"docker", "registry"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class EngineKilledIT {
    private CuttingProxy proxy;
    private RunningGateway gateway;
    private LabContainers containers;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("engine.sock");
        proxy = CuttingProxy.onUnixSocket(socket, Lab.docker());
        gateway = RunningGateway.start(
                Map.of("cut", "unix://" + socket, "direct", Lab.docker().toString()),
                "roadstead.engines.cut.request-timeout=10s",
                "roadstead.monitoring.interval=1h");
        containers = new LabContainers(gateway, "direct", "killed");
    }

    @AfterAll
    void stop() throws IOException {
        try {
            containers.removeAll();
        } finally {
            gateway.close();
            proxy.close();
        }
    }

    @AfterEach
    void theEngineComesBackAndTheGatewayGoesOn() {
        proxy.mend();
        proxy.forget();
        try {
            // A connection that was taken while the engine was lost may still be reset a moment later.
            Awaitility.await("the engine is back")
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> {
                        Answer list = gateway.get("/v1/containers?engine=cut");
                        assertThat(list.status()).isEqualTo(200);
                        assertThat(list.json().at("/warnings").isEmpty())
                                .as(list.text())
                                .isTrue();
                    });
        } finally {
            containers.removeAll();
        }
    }

    private void lose() {
        proxy.refuse(true);
        proxy.cut();
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-ndjson", "text/event-stream"})
    void aFollowerLearnsThatTheEngineIsLost(String form) throws IOException {
        containers.run("talker", "while true; do echo here; sleep 1; done");
        String path = "/v1/containers/cut:%s/logs?follow=true".formatted(containers.name("talker"));
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(gateway.open(path, "Accept", form).body(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (!line.contains("here")) {
                line = lines.readLine();
            }
            lose();
            if (form.equals("text/plain")) {
                assertThatThrownBy(() -> lines.lines().forEach(more -> {})).hasRootCauseInstanceOf(IOException.class);
            } else {
                assertThat(String.join("\n", lines.lines().toList()))
                        .contains("engine_error")
                        .doesNotContain("event: end");
            }
        }
        assertThat(gateway.get("/v1/containers/cut:" + containers.name("talker"))
                        .status())
                .isIn(502, 503);
    }

    @Test
    void aTerminalTellsThatTheEngineIsLostAndSoDoesItsState() {
        containers.run("worked-in", "sleep 600");
        String path = "/v1/ws/cut:%s?mode=shell&command=%s"
                .formatted(containers.name("worked-in"), RunningGateway.encoded("echo here; exec sleep 31418"));
        try (SocketClient terminal = SocketClient.open(gateway, path)) {
            String exec = terminal.next("started").required("exec_id").asString();
            terminal.untilOutput("here");

            lose();

            JsonNode error = terminal.next("error");
            assertThat(error.required("fatal").asBoolean()).isTrue();
            assertThat(error.at("/error/error").asString()).isIn("engine_error", "engine_unreachable");
            terminal.closed(1011);
            JsonNode state = gateway.get("/v1/exec/" + exec).json();
            assertThat(state.required("status").asString()).isEqualTo("failed");
            assertThat(state.at("/error/error").asString()).isIn("engine_error", "engine_unreachable");
        }
    }

    @Test
    void aWaiterLearnsThatTheEngineIsLost() {
        containers.run("sleeper", "sleep 600");
        CompletableFuture<Answer> waiting = CompletableFuture.supplyAsync(
                () -> gateway.post("/v1/containers/cut:%s/wait?timeout=60".formatted(containers.name("sleeper"))));
        proxy.awaitAsked("/wait?");
        lose();
        Answer told = waiting.orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(told.status()).as(told.text()).isIn(502, 503);
        assertThat(told.json().at("/error").asString()).isIn("engine_error", "engine_unreachable");
    }

    @Test
    void aCreateThatLosesTheEngineWhilePullingMakesNothing() {
        String image = Lab.slowRegistry() + "/lab/layers:1";
        containers.removeImage(image);
        CompletableFuture<Answer> creating = CompletableFuture.supplyAsync(() -> gateway.postJson(
                "/v1/containers",
                "{'engine':'cut','name':'%s','image':'%s','start':true}".formatted(containers.name("pulled"), image)));
        proxy.awaitAsked("/images/create?");
        lose();
        Answer told = creating.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(told.status()).as(told.text()).isIn(502, 503);
        assertThat(containers.present()).isEmpty();
        containers.removeImage(image);
    }

    @Test
    void anUploadLearnsThatTheEngineIsLost() {
        containers.run("target", "sleep 600");
        CompletableFuture<Answer> uploading = CompletableFuture.supplyAsync(() -> gateway.put(
                "/v1/containers/cut:%s/archive?path=/tmp".formatted(containers.name("target")),
                BodyPublishers.ofInputStream(() -> GeneratedTar.ofSize(200L << 20)),
                "application/x-tar"));
        proxy.awaitAsked("/archive?");
        lose();
        Answer told = uploading.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(told.status()).as(told.text()).isIn(502, 503);
        assertThat(gateway.get("/v1/containers/direct:" + containers.name("target"))
                        .json()
                        .at("/status")
                        .asString())
                .isEqualTo("running");
    }

    @Test
    void twoClientsMayDeleteOneContainerAtOnce() {
        for (int round = 0; round < 15; round++) {
            String id = containers.run("victim", "sleep 600");
            var first = sendAsync("DELETE", "/v1/containers/direct:%s?force=true".formatted(id));
            var second = sendAsync("DELETE", "/v1/containers/direct:%s?force=true".formatted(id));
            assertThat(first.join()).as("round %d", round).isIn(204, 404);
            assertThat(second.join()).as("round %d", round).isIn(204, 404);
            assertThat(containers.present()).isEmpty();
        }
    }

    @Test
    void aStormOfStartsAndStopsEndsInAStateThatIsTrue() {
        containers.run("stormy", "trap exit TERM; while true; do sleep 1; done");
        String path = "/v1/containers/direct:" + containers.name("stormy");
        for (int round = 0; round < 4; round++) {
            var storm = java.util.stream.IntStream.range(0, 12)
                    .mapToObj(i -> sendAsync("POST", path + (i % 2 == 0 ? "/start" : "/stop?timeout=0")))
                    .toList();
            assertThat(storm).allSatisfy(answer -> assertThat(answer.join()).isLessThan(500));
        }
        assertThat(gateway.post(path + "/stop?timeout=0").status()).isEqualTo(200);
        assertThat(gateway.get(path).json().at("/status").asString()).isEqualTo("stopped");
        assertThat(gateway.post(path + "/start").json().at("/changed").asBoolean())
                .isTrue();
        assertThat(gateway.get(path).json().at("/status").asString()).isEqualTo("running");
    }

    @Test
    void ofManyCreatesWithOneNameOneWins() {
        String json = "{\"engine\":\"direct\",\"name\":\"%s\",\"image\":\"busybox:latest\",\"pull\":\"never\"}"
                .formatted(containers.name("wanted"));
        var all = java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> gateway.client()
                        .sendAsync(
                                gateway.request("POST", "/v1/containers", BodyPublishers.ofString(json))
                                        .header("Content-Type", "application/json")
                                        .build(),
                                BodyHandlers.ofString())
                        .thenApply(answer -> answer.statusCode()))
                .map(CompletableFuture::join)
                .toList();
        assertThat(all).containsOnly(201, 409).containsOnlyOnce(201);
        assertThat(containers.present()).hasSize(1);
    }

    private CompletableFuture<Integer> sendAsync(String method, String path) {
        return gateway.client()
                .sendAsync(
                        gateway.request(method, path, BodyPublishers.noBody()).build(), BodyHandlers.discarding())
                .thenApply(answer -> answer.statusCode());
    }
}
