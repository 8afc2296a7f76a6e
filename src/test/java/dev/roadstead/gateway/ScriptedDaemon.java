package dev.roadstead.gateway;

import dev.roadstead.transport.Script;
import dev.roadstead.transport.ScriptedServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** A Docker daemon with one container, {@code web}: healthy but for what a test scripts. */
public final class ScriptedDaemon implements AutoCloseable {
    static final String ID = "4f5e".repeat(16);

    /** A line as the daemon sends it: one frame of the multiplexed stream, its time before it. */
    static final byte[] LINE = frame("2026-11-23T10:00:00.000000001Z first line\n");

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String INSPECTED = """
            {"Id":"%s","Name":"/web","Created":"2026-11-23T09:00:00Z","Config":{"Tty":false,"Image":"busybox"},
             "State":{"Status":"running","Running":true,"StartedAt":"2026-11-23T09:00:01Z"}}""".formatted(ID);
    private static final String LISTED = """
            [{"Id":"%s","Names":["/web"],"Image":"busybox","Created":1795424400,"State":"running"}]""".formatted(ID);

    private final ScriptedServer server;
    private final String api;
    private final AtomicInteger playing = new AtomicInteger();

    private ScriptedDaemon(ScriptedServer server, String api) {
        this.server = server;
        this.api = api;
    }

    /** A healthy one that speaks API 1.41. */
    public static ScriptedDaemon on(ScriptedServer server) {
        return on(server, "1.41");
    }

    /** A healthy one. */
    static ScriptedDaemon on(ScriptedServer server, String api) {
        ScriptedDaemon daemon = new ScriptedDaemon(server, api);
        daemon.heal();
        return daemon;
    }

    /** Makes it healthy again. */
    void heal() {
        server.on("GET /version", Script.json(200, "{\"Version\":\"20.10\",\"ApiVersion\":\"%s\"}".formatted(api)));
        server.on("GET /_ping", Script.ok("OK"));
        on("GET /containers/json", Script.json(200, LISTED));
        for (String address : new String[] {"web", ID}) {
            on("GET /containers/%s/json".formatted(address), Script.json(200, INSPECTED));
        }
        onContainer("GET logs", Script.chunks("application/octet-stream", LINE));
    }

    /** Plays this on a request, whose path is given without version. */
    void on(String methodAndPath, Script script) {
        server.on(methodAndPath.replaceFirst(" ", " /v%s".formatted(api)), counted(script));
    }

    /** Plays this on a request about the container, e.g. {@code GET logs}. */
    void onContainer(String methodAndAction, Script script) {
        on(methodAndAction.replaceFirst(" ", " /containers/%s/".formatted(ID)), script);
    }

    /** Waits until nobody is being answered: whoever was is done, or has closed the connection. */
    void awaitIdle() {
        Awaitility.await("answers under way").atMost(PATIENCE).until(playing::get, count -> count == 0);
    }

    /** Waits until somebody is being answered. */
    void awaitBusy() {
        Awaitility.await("answers under way").atMost(PATIENCE).until(playing::get, count -> count > 0);
    }

    ScriptedServer server() {
        return server;
    }

    /** The address for the gateway's settings. */
    public String uri() {
        return server.uri().toString();
    }

    /** What a container wrote to stdout, as one frame (Docker Engine API, ContainerAttach). */
    static byte[] frame(String text) {
        byte[] data = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + data.length)
                .put((byte) 1)
                .position(4)
                .putInt(data.length)
                .put(data)
                .array();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private Script counted(Script script) {
        return connection -> {
            playing.incrementAndGet();
            try {
                script.play(connection);
            } finally {
                playing.decrementAndGet();
            }
        };
    }
}
