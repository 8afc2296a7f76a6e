package dev.roadstead.adapter.docker;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.transport.Script;
import java.net.URI;
import java.time.Duration;

/** What a scripted server says to pass for a Docker daemon. */
final class ScriptedDocker {
    private ScriptedDocker() {}

    static Engine engine(URI uri, Duration bound) {
        return engine(uri, bound, bound, bound, 8);
    }

    /** One whose streams may be silent for longer than a whole answer may take. */
    static Engine patient(URI uri, Duration request, Duration idle) {
        return engine(uri, idle, request, idle, 8);
    }

    /** One with a single connection, for which calls wait so long. */
    static Engine narrow(URI uri, Duration connect, Duration bound) {
        return engine(uri, connect, bound, bound, 1);
    }

    private static Engine engine(URI uri, Duration connect, Duration request, Duration idle, int connections) {
        return new DockerEngineFactory()
                .create(new EngineSettings(
                        new EngineName("scripted"), EngineKind.DOCKER, uri, connect, request, idle, connections, null));
    }

    static Script version(String newest, String oldest) {
        return Script.json(
                200,
                "{\"Version\":\"v%s\",\"ApiVersion\":\"%s\",\"MinAPIVersion\":\"%s\"}"
                        .formatted(newest, newest, oldest));
    }

    /** The answer to an inspection; its full id is {@code abc}. */
    static Script container(String status, boolean terminal) {
        return Script.json(
                200,
                "{\"Id\":\"abc\",\"Name\":\"/web\",\"State\":{\"Status\":\"%s\"},\"Config\":{\"Tty\":%s}}"
                        .formatted(status, terminal));
    }
}
