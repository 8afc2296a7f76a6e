package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that leaves, or is slow, costs the engine no longer than it is there, and the gateway no memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(NoLeaks.class)
class DisconnectingClientTest {
    private static final String CONTAINER = "/v1/containers/unix:web";
    private static final String STATS = "{\"read\":\"2026-11-23T10:00:00Z\",\"cpu_stats\":{},\"memory_stats\":{}}\n";
    private static final long MUCH = 400L * 1024 * 1024;

    /** What kernels and Netty may hold between an engine that offers and a client that does not take. */
    private static final long LITTLE = 24L * 1024 * 1024;

    private ScriptedDaemon daemon;
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        daemon = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
        gateway = RunningGateway.start(Map.of("unix", daemon.uri()), "roadstead.monitoring.interval=1h");
    }

    @AfterAll
    void stop() throws IOException {
        gateway.close();
        daemon.server().awaitOpenConnections(0);
        daemon.close();
    }

    @AfterEach
    void theGatewayGoesOn() {
        daemon.awaitIdle();
        daemon.heal();
        assertThat(gateway.get(CONTAINER).status()).isEqualTo(200);
    }

    static Stream<List<String>> endlessAnswers() {
        return Stream.of(
                List.of("GET logs", "/logs?follow=true", "text/plain", "first line"),
                List.of("GET logs", "/logs?follow=true", "application/x-ndjson", "first line"),
                List.of("GET logs", "/logs?follow=true", "text/event-stream", "first line"),
                List.of("GET stats", "/stats", "application/x-ndjson", "\"memory\""),
                List.of("GET stats", "/stats", "text/event-stream", "\"memory\""),
                List.of("GET export", "/export", "application/x-tar", "tar"));
    }

    private static Script begun(String what) {
        return switch (what) {
            case "GET logs" -> Script.openStream("application/octet-stream", ScriptedDaemon.LINE);
            case "GET stats" ->
                Script.openStream(
                        "application/json",
                        STATS.getBytes(StandardCharsets.UTF_8),
                        STATS.getBytes(StandardCharsets.UTF_8));
            default -> Script.openStream("application/x-tar", "tar".getBytes(StandardCharsets.UTF_8));
        };
    }

    @ParameterizedTest
    @MethodSource("endlessAnswers")
    void leavingInTheMiddleEndsTheEnginesSide(List<String> answer) throws IOException {
        daemon.onContainer(answer.get(0), begun(answer.get(0)));
        for (boolean politely : new boolean[] {true, false}) {
            try (RawClient client = new RawClient(gateway)) {
                client.request("GET " + CONTAINER + answer.get(1), "Accept: " + answer.get(2));
                client.readUntil(answer.get(3));
                daemon.awaitBusy();
                if (!politely) {
                    client.reset();
                }
            }
            daemon.awaitIdle();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-ndjson", "text/event-stream"})
    void leavingALogThatSaysNothingEndsTheEnginesSide(String form) throws IOException {
        daemon.onContainer("GET logs", Script.openStream("application/octet-stream"));
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + CONTAINER + "/logs?follow=true", "Accept: " + form);
            assertThat(client.readHead()).startsWith("HTTP/1.1 200");
            daemon.awaitBusy();
        }
        daemon.awaitIdle();
    }

    @Test
    void leavingBeforeTheEngineHasAnsweredEndsTheCall() throws IOException {
        daemon.onContainer("GET logs", Script.silence());
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + CONTAINER + "/logs?follow=true");
            daemon.awaitBusy();
        }
        daemon.awaitIdle();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavingInTheMiddleOfAnUploadIsNotTheUploadsEnd(boolean politely) throws IOException {
        CompletableFuture<Boolean> whole = new CompletableFuture<>();
        daemon.onContainer("PUT archive", connection -> {
            try {
                connection.drainBody();
                whole.complete(true);
            } catch (IOException broken) {
                whole.complete(false);
                throw broken;
            }
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request(
                    "PUT " + CONTAINER + "/archive?path=/srv",
                    "Content-Type: application/x-tar",
                    "Transfer-Encoding: chunked");
            client.send("400\r\n%s\r\n".formatted("x".repeat(1024)).getBytes(StandardCharsets.UTF_8));
            daemon.awaitBusy();
            if (!politely) {
                client.reset();
            }
        }
        assertThat(whole.orTimeout(15, TimeUnit.SECONDS).join()).isFalse();
    }

    static Stream<List<String>> largeAnswers() {
        return Stream.of(
                List.of("GET logs", "/logs", "text/plain"),
                List.of("GET logs", "/logs?follow=true", "application/x-ndjson"),
                List.of("GET logs", "/logs?follow=true", "text/event-stream"),
                List.of("GET export", "/export", "application/x-tar"));
    }

    @ParameterizedTest
    @MethodSource("largeAnswers")
    void aClientThatDoesNotReadStopsTheEngine(List<String> answer) throws IOException {
        AtomicLong sent = new AtomicLong();
        byte[] frame = ScriptedDaemon.frame("2026-11-23T10:00:00.000000001Z %s\n".formatted("x".repeat(16 * 1024)));
        daemon.onContainer(answer.get(0), connection -> {
            connection.beginChunks(200, "application/octet-stream");
            while (sent.get() < MUCH) {
                connection.chunk(frame);
                sent.addAndGet(frame.length);
            }
            connection.endChunks();
        });
        long before = Heap.usedAfterCollection();
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + CONTAINER + answer.get(1), "Accept: " + answer.get(2));
            client.readHead();
            AtomicLong last = new AtomicLong(-1);
            Awaitility.await("the engine is not read any more")
                    .pollInterval(Duration.ofSeconds(1))
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> last.getAndSet(sent.get()) == sent.get());
            assertThat(sent).hasValueLessThan(LITTLE);
            assertThat(Heap.usedAfterCollection() - before).isLessThan(LITTLE);
            assertThat(gateway.get("/v1/containers").status()).isEqualTo(200);
        }
        daemon.awaitIdle();
    }
}
