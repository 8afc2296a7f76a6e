package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A gateway that is stopped ends what would never end, so that its clients know and it does not wait for them. */
@ExtendWith(NoLeaks.class)
class FollowersAtShutdownTest {
    @Test
    void followersAreToldOfTheEndWithinTheGracePeriod() throws Exception {
        try (ScriptedDaemon daemon = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
                RunningGateway gateway = RunningGateway.start(Map.of("unix", daemon.uri()))) {
            daemon.onContainer("GET logs", Script.openStream("application/octet-stream", ScriptedDaemon.LINE));
            try (BufferedReader events = following(gateway, "text/event-stream");
                    BufferedReader lines = following(gateway, "application/x-ndjson");
                    BufferedReader text = following(gateway, "text/plain")) {
                assertThat(text.readLine()).endsWith("first line");
                assertThat(lines.readLine()).contains("first line");
                String event = events.readLine();
                while (!event.contains("first line")) {
                    event = events.readLine();
                }
                CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::shutDown);
                assertThat(text.readLine()).isNull();
                assertThat(lines.readLine()).isNull();
                assertThat(events.lines().filter(line -> line.startsWith("event:")))
                        .containsExactly("event: end");
                // Well below the 20 seconds that the server waits for answers that do not end.
                stopped.get(10, TimeUnit.SECONDS);
            }
            daemon.awaitIdle();
            daemon.server().awaitOpenConnections(0);
        }
    }

    @Test
    void whoFollowsTheEventsIsToldOfTheEndToo() throws Exception {
        try (RunningGateway gateway = RunningGateway.start(Map.of("memory", "simulated:///"))) {
            BufferedReader events = new BufferedReader(
                    new InputStreamReader(gateway.open("/v1/events").body(), StandardCharsets.UTF_8));
            try (events) {
                CompletableFuture<Void> stopped = CompletableFuture.runAsync(gateway::shutDown);
                assertThat(events.lines().filter(line -> line.startsWith("event:")))
                        .containsExactly("event: end");
                stopped.get(10, TimeUnit.SECONDS);
            }
        }
    }

    private static BufferedReader following(RunningGateway gateway, String form) {
        return new BufferedReader(new InputStreamReader(
                gateway.open("/v1/containers/unix:web/logs?follow=true", "Accept", form)
                        .body(),
                StandardCharsets.UTF_8));
    }
}
