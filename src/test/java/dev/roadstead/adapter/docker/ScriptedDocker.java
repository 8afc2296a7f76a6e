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
        return new DockerEngineFactory()
                .create(new EngineSettings(
                        new EngineName("scripted"), EngineKind.DOCKER, uri, bound, bound, bound, 8, null));
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
