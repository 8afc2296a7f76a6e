package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A stream that the daemon breaks off never looks like one that ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class BrokenStreamsTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String LOGS = "/v1/containers/tcp:web/logs";

    private ScriptedDaemon tcp;
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        tcp = ScriptedDaemon.on(ScriptedServer.onTcp());
        gateway = RunningGateway.start(
                Map.of("tcp", tcp.uri()),
                "roadstead.engines.tcp.request-timeout=2s",
                "roadstead.engines.tcp.idle-timeout=1s",
                "roadstead.monitoring.interval=1h");
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        tcp.server().awaitOpenConnections(0);
        tcp.close();
    }

    @AfterEach
    void theGatewayGoesOn() {
        tcp.awaitIdle();
        tcp.heal();
        assertThat(gateway.get(LOGS).text()).endsWith("first line\n");
    }

    private static Script halfAFrame() {
        byte[] half = Arrays.copyOf(ScriptedDaemon.LINE, ScriptedDaemon.LINE.length - 5);
        return Script.chunks("application/octet-stream", ScriptedDaemon.LINE, half);
    }

    private static Script nonsense() {
        return Script.chunks(
                "application/octet-stream",
                ScriptedDaemon.LINE,
                "this is no frame at all, and long enough".getBytes(StandardCharsets.UTF_8));
    }

    /** Resets the connection when told to, not before: the client shall have got what came until then. */
    private static Script resetWhen(CountDownLatch told) {
        return connection -> {
            connection.beginChunks(200, "application/octet-stream");
            connection.chunk(ScriptedDaemon.LINE);
            try {
                if (!told.await(20, TimeUnit.SECONDS)) {
                    throw new IOException("nobody told");
                }
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            connection.reset();
        };
    }

    private static Script scripted(String fault, CountDownLatch told) {
        return switch (fault) {
            case "half a frame" -> halfAFrame();
            case "nonsense" -> nonsense();
            case "reset" -> resetWhen(told);
            default -> throw new IllegalArgumentException(fault);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"half a frame", "nonsense", "reset"})
    void asTextTheConnectionIsBrokenOff(String fault) {
        CountDownLatch told = new CountDownLatch(1);
        tcp.onContainer("GET logs", scripted(fault, told));
        assertThatThrownBy(() -> {
                    try (BufferedReader lines = reading("text/plain")) {
                        assertThat(lines.readLine()).endsWith("first line");
                        told.countDown();
                        lines.lines().forEach(line -> {});
                    }
                })
                .hasRootCauseInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"half a frame", "nonsense", "reset"})
    void asJsonLinesTheLastLineIsTheError(String fault) throws IOException {
        CountDownLatch told = new CountDownLatch(1);
        tcp.onContainer("GET logs", scripted(fault, told));
        try (BufferedReader lines = reading("application/x-ndjson")) {
            assertThat(JSON.readTree(lines.readLine()).at("/line").asString()).isEqualTo("first line");
            told.countDown();
            JsonNode last = JSON.readTree(lines.readLine());
            assertThat(last.at("/error/error").asString()).isEqualTo("engine_error");
            assertThat(last.at("/error/status").asInt()).isEqualTo(502);
            assertThat(lines.readLine()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"half a frame", "nonsense", "reset"})
    void asEventsTheLastOneIsTheErrorAndNoEndIsClaimed(String fault) throws IOException {
        CountDownLatch told = new CountDownLatch(1);
        tcp.onContainer("GET logs", scripted(fault, told));
        try (BufferedReader lines = reading("text/event-stream")) {
            String first = lines.readLine();
            while (!first.startsWith("data:")) {
                first = lines.readLine();
            }
            assertThat(first).contains("first line");
            told.countDown();
            String rest = String.join("\n", lines.lines().toList());
            assertThat(rest).contains("event: error\n").doesNotContain("event: end");
            String data = rest.substring(rest.indexOf("data:", rest.indexOf("event: error")) + "data:".length());
            assertThat(JSON.readTree(data.lines().findFirst().orElseThrow())
                            .at("/error")
                            .asString())
                    .isEqualTo("engine_error");
        }
    }

    @Test
    void aLogThatCannotBeOpenedHasAStatusInEveryForm() {
        tcp.onContainer("GET logs", Script.json(500, "{\"message\":\"no such driver\"}"));
        for (String form : new String[] {"text/plain", "application/x-ndjson", "text/event-stream"}) {
            assertThat(gateway.get(LOGS + "?follow=true", "Accept", form).status())
                    .as(form)
                    .isEqualTo(502);
        }
    }

    @Test
    void aTransferThatStandsStillIsBrokenOff() {
        tcp.onContainer("GET export", Script.openStream("application/x-tar", new byte[512]));
        assertThatThrownBy(() -> gateway.get("/v1/containers/tcp:web/export"))
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void aTarWithoutItsEndIsBrokenOff() {
        tcp.onContainer("GET export", Script.chunks("application/x-tar", new byte[512]));
        assertThatThrownBy(() -> gateway.get("/v1/containers/tcp:web/export"))
                .hasRootCauseInstanceOf(IOException.class);
    }

    private BufferedReader reading(String form) {
        return new BufferedReader(new InputStreamReader(
                gateway.open(LOGS + "?follow=true", "Accept", form).body(), StandardCharsets.UTF_8));
    }
}
