package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.testing.FreePort;
import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The raw proxy at its bounds, and at the gateway's end. */
class ProxyLimitsTest {
    private static final String AT = "/v1/engines/docker/proxy";

    private int port;
    private ScriptedServer engine;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        port = FreePort.draw();
        engine = ScriptedServer.onUnixSocket();
        engine.otherwise(Script.ok("otherwise"));
        engine.on("POST /upgraded", connection -> {
            connection.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n");
            connection.awaitClientClosed();
        });
        gateway = RunningGateway.start(
                Map.of("docker", engine.uri().toString()),
                "roadstead.monitoring.interval=1h",
                "roadstead.security.max-failures=3",
                "roadstead.proxy.max-connections=1",
                "roadstead.engines.docker.listen=tcp://127.0.0.1:" + port,
                "server.netty.idle-timeout=2s");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        engine.close();
    }

    @Test
    void anEngineHasSoManyConnectionsAndNoMore() throws IOException {
        try (RawClient client = takeOver()) {
            RunningGateway.Answer busy = gateway.get(AT + "/info");
            assertThat(busy.status()).isEqualTo(503);
            assertThat(busy.json().path("code").asString()).isEqualTo("ENGINE_BUSY");
            client.finish();
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(gateway.get(AT + "/info").status()).isEqualTo(200);
        MeterRegistry meters = gateway.bean(MeterRegistry.class);
        assertThat(meters.get("roadstead.proxy.requests")
                        .tags("engine", "docker", "status", "1xx")
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(meters.get("roadstead.proxy.active")
                        .tag("engine", "docker")
                        .gauge()
                        .value())
                .isZero();
    }

    @Test
    void whoGuessesHasToWait() throws IOException {
        for (int guess = 0; guess < 3; guess++) {
            // Another one each time: the same at once count once.
            String wrong =
                    Base64.getEncoder().encodeToString(("tester:guess" + guess).getBytes(StandardCharsets.UTF_8));
            try (RawClient client = new RawClient(gateway)) {
                client.send("GET %s/guessed HTTP/1.1\r\nHost: a\r\nAuthorization: Basic %s\r\n\r\n"
                        .formatted(AT, wrong)
                        .getBytes(StandardCharsets.ISO_8859_1));
                assertThat(client.readHead()).startsWith("HTTP/1.1 401 ").contains("WWW-Authenticate: Basic ");
            }
        }
        RunningGateway.Answer right = gateway.get(AT + "/guessed");
        assertThat(right.status()).isEqualTo(429);
        assertThat(right.header("Retry-After")).isNotEmpty();
        assertThat(engine.requests()).noneMatch(request -> request.path().equals("/guessed"));
    }

    @Test
    void whatHasAnEndMayReachItWhenTheGatewayStops() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch stopping = new CountDownLatch(1);
        engine.on("GET /slow", connection -> {
            asked.countDown();
            try {
                stopping.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/slow");
            asked.await();
            Thread stop = Thread.ofVirtual().start(gateway::shutDown);
            stopping.countDown();
            assertThat(client.readUntil("whole")).startsWith("HTTP/1.1 200 ");
            stop.join();
        }
    }

    @Test
    void whatHasNoEndIsEndedWhenTheGatewayStops() throws Exception {
        try (RawClient client = takeOver()) {
            Thread stop = Thread.ofVirtual().start(gateway::shutDown);
            assertThat(client.readAll()).isEmpty();
            stop.join();
        }
    }

    @Test
    void aConnectionIsClosedWhenNobodyHasUsedItForItsTime() throws IOException {
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/info");
            assertThat(client.readUntil("otherwise")).startsWith("HTTP/1.1 200 ");
            client.request("GET " + AT + "/info");
            assertThat(client.readUntil("otherwise")).startsWith("HTTP/1.1 200 ");
            // An empty line is no use.
            client.send("\r\n".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(client.readAll()).isEmpty();
        }
        try (Socket own = new Socket(InetAddress.getLoopbackAddress(), port)) {
            own.setSoTimeout(20_000);
            assertThat(own.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aConnectionOnWhichAnAnswerIsAwaitedIsInUse() throws IOException {
        engine.on("GET /slow", connection -> {
            try {
                TimeUnit.SECONDS.sleep(4);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole");
        });
        try (RawClient client = new RawClient(gateway)) {
            client.request("GET " + AT + "/info");
            assertThat(client.readUntil("otherwise")).startsWith("HTTP/1.1 200 ");
            client.request("GET /healthz");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200 ");
            client.request("GET " + AT + "/slow");
            assertThat(client.readUntil("whole")).contains("HTTP/1.1 200 OK");
        }
    }

    private RawClient takeOver() throws IOException {
        RawClient client = new RawClient(gateway);
        client.request("POST " + AT + "/upgraded", "Connection: Upgrade", "Upgrade: tcp");
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        return client;
    }
}
