package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.gateway.GatewayProcess.Client;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hundreds of terminals at once, all of them used; and nothing is left of them afterwards. */
class ManyTerminalsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String HEAP = "160m";

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void fiveHundredOnAScriptedDaemonAreAnsweredAndEnd() throws Exception {
        try (ScriptedDaemon daemon = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
                GatewayProcess gateway = GatewayProcess.start(Map.of("engine", daemon.uri()), HEAP)) {
            ScriptedExecs execs = ScriptedExecs.in(daemon);
            use(gateway, "engine:web", 1, "exit\r");
            long before = others(gateway, daemon);

            List<TerminalClient> terminals = open(gateway.client(), "engine:web", 500);
            assertThat(execs.running()).isEqualTo(500);
            assertThat(execs.hijacked()).isEqualTo(500);
            converse(terminals);
            // Some leave by themselves, some say goodbye, and some just go.
            end(terminals.subList(0, 300), "exit\r");
            for (TerminalClient terminal : terminals.subList(300, 500)) {
                terminal.say("{'type':'close'}").join();
            }
            for (TerminalClient terminal : terminals.subList(300, 500)) {
                assertThat(terminal.closed().join()).isEqualTo(1000);
            }

            Awaitility.await("processes left").atMost(PATIENCE).until(execs::running, count -> count == 0);
            assertThat(execs.made()).isEqualTo(501);
            Awaitility.await("connections left").atMost(PATIENCE).until(execs::hijacked, count -> count == 0);
            nothingIsLeft(gateway, daemon, before);
        }
    }

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void whoeverIsLostLeavesNothingBehindWhenTheLeaseHasRunOut() throws Exception {
        try (ScriptedDaemon daemon = ScriptedDaemon.on(ScriptedServer.onUnixSocket());
                GatewayProcess gateway =
                        GatewayProcess.start(Map.of("engine", daemon.uri()), HEAP, "roadstead.sessions.lease=1s")) {
            ScriptedExecs execs = ScriptedExecs.in(daemon);
            use(gateway, "engine:web", 1, "exit\r");
            long before = others(gateway, daemon);

            List<TerminalClient> terminals = open(gateway.client(), "engine:web", 100);
            converse(terminals);
            terminals.forEach(TerminalClient::lose);

            Awaitility.await("processes left").atMost(PATIENCE).until(execs::running, count -> count == 0);
            Awaitility.await("connections left").atMost(PATIENCE).until(execs::hijacked, count -> count == 0);
            nothingIsLeft(gateway, daemon, before);
        }
    }

    @Test
    @RequiresLab("docker")
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void aHundredOnDockerAreAnsweredAndEnd() throws Exception {
        try (GatewayProcess gateway =
                GatewayProcess.start(Map.of("engine", Lab.docker().toString()), HEAP)) {
            String name = "roadstead-test-many-" + UUID.randomUUID();
            Client client = gateway.client();
            client.json("POST", "/v1/containers", BodyPublishers.ofString("""
                            {"engine":"engine","name":"%s","image":"busybox:latest","pull":"never","start":true,
                             "command":["sleep","900"]}""".formatted(name)));
            try {
                String container = "engine:" + name;
                use(gateway, container, 1, "exit\r");
                long before = gateway.openSockets();

                List<TerminalClient> terminals = open(client, container, 100);
                assertThat(processes(client, container)).isEqualTo(101);
                converse(terminals);
                end(terminals.subList(0, 50), "exit\r");
                for (TerminalClient terminal : terminals.subList(50, 100)) {
                    terminal.say("{'type':'close'}").join();
                    assertThat(terminal.closed().join()).isEqualTo(1000);
                }

                Awaitility.await("processes left")
                        .atMost(PATIENCE)
                        .until(() -> processes(client, container), count -> count == 1);
                // The pool forgets a connection that was idle for a minute when it looks again a minute later.
                Awaitility.await("sockets, %d before".formatted(before))
                        .atMost(PATIENCE.multipliedBy(3))
                        .until(gateway::openSockets, sockets -> sockets <= before);
            } finally {
                client.json("DELETE", "/v1/containers/engine:%s?force=true".formatted(name), BodyPublishers.noBody());
            }
        }
    }

    private static void use(GatewayProcess gateway, String container, int count, String last) throws Exception {
        List<TerminalClient> terminals = open(gateway.client(), container, count);
        converse(terminals);
        end(terminals, last);
    }

    private static List<TerminalClient> open(Client client, String container, int count) throws Exception {
        var opening = new ArrayList<CompletableFuture<TerminalClient>>();
        for (int i = 0; i < count; i++) {
            opening.add(TerminalClient.open(
                    client, "/v1/ws/%s?mode=shell&cols=80&rows=24".formatted(container), i % 2 == 1, true));
        }
        List<TerminalClient> terminals = new ArrayList<>();
        for (var terminal : opening) {
            terminals.add(terminal.join());
            assertThat(terminals.getLast().next().type()).isEqualTo("started");
        }
        return terminals;
    }

    /** Types into all of them, and then sees that each has its own answer. */
    private static void converse(List<TerminalClient> terminals) throws InterruptedException {
        for (int i = 0; i < terminals.size(); i++) {
            terminals.get(i).type(utf8("echo this-is-%d.\r".formatted(i))).join();
        }
        for (int i = 0; i < terminals.size(); i++) {
            terminals.get(i).until("this-is-%d.".formatted(i));
        }
    }

    private static void end(List<TerminalClient> terminals, String last) throws InterruptedException {
        for (TerminalClient terminal : terminals) {
            terminal.type(utf8(last)).join();
        }
        for (TerminalClient terminal : terminals) {
            TerminalClient.Frame exit = terminal.control(new ByteArrayOutputStream());
            assertThat(exit.type()).isEqualTo("exit");
            assertThat(exit.body().at("/code").asInt()).isZero();
            assertThat(terminal.closed().join()).isEqualTo(1000);
        }
    }

    private static int processes(Client client, String container) {
        return client.get("/v1/containers/%s/top".formatted(container))
                .at("/processes")
                .size();
    }

    /** Connections that the pool keeps for what comes are the daemon's to tell; all others must be gone. */
    private static void nothingIsLeft(GatewayProcess gateway, ScriptedDaemon daemon, long othersBefore) {
        daemon.awaitIdle();
        Awaitility.await("sockets, %d before".formatted(othersBefore))
                .atMost(PATIENCE)
                .until(() -> others(gateway, daemon), sockets -> sockets <= othersBefore);
    }

    /** Sockets that are no connections to the daemon. */
    private static long others(GatewayProcess gateway, ScriptedDaemon daemon) throws IOException {
        return gateway.openSockets() - daemon.server().openConnections();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
