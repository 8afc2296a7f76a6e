package dev.roadstead.adapter.podman;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.Script;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** What a scripted server says to pass for a Podman service. */
final class ScriptedPodman {
    /** What goes before every path. */
    static final String PREFIX = "/v4.0.0/libpod";

    private ScriptedPodman() {}

    static Engine engine(URI uri, Duration bound) {
        return patient(uri, bound, bound);
    }

    /** One whose streams may be silent for longer than a whole answer may take. */
    static Engine patient(URI uri, Duration request, Duration idle) {
        return new PodmanEngineFactory()
                .create(new EngineSettings(
                        new EngineName("scripted"), EngineKind.PODMAN, uri, idle, request, idle, 8, null));
    }

    /** The answer to {@code GET /libpod/_ping}. */
    static Script ping(String version) {
        return answer(version, 200, "text/plain", "OK");
    }

    /** JSON, with the version that stands on the head of every answer. */
    static Script json(String version, int status, String body) {
        return answer(version, status, "application/json", body);
    }

    /** An error as libpod writes it. */
    static Script refusal(int status, String cause, String message) {
        return Script.json(
                status,
                "{\"cause\":\"%s\",\"message\":\"%s\",\"response\":%d}"
                        .formatted(cause, message.replace("\"", "\\\""), status));
    }

    /** The answer to an inspection; its full id is {@code abc}. */
    static String container(String status, boolean terminal) {
        return "{\"Id\":\"abc\",\"Name\":\"web\",\"State\":{\"Status\":\"%s\"},\"Config\":{\"Tty\":%s}}"
                .formatted(status, terminal);
    }

    private static Script answer(String version, int status, String type, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return connection -> {
            connection.drainBody();
            connection.write(String.format(
                    Locale.ROOT,
                    "HTTP/1.1 %d Scripted\r\nLibpod-Api-Version: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n",
                    status,
                    version,
                    type,
                    bytes.length));
            connection.write(bytes);
        };
    }
}
