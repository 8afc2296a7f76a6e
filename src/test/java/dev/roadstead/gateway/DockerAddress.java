package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where clients of Docker are sent: a daemon, or what passes for one.
 *
 * @param host as {@code DOCKER_HOST} takes it
 * @param authorization the header to send along; null: none
 */
record DockerAddress(String host, @Nullable String authorization) {
    /** The lab's daemon itself. */
    static DockerAddress direct() {
        return new DockerAddress(Lab.docker().toString(), null);
    }

    /**
     * What tells the clients of it: Docker's own command, Compose and the Python package send the headers in its configuration.
     *
     * @param folder where that is put
     */
    Map<String, String> environment(Path folder) throws IOException {
        Files.writeString(
                folder.resolve("config.json"),
                authorization == null ? "{}" : "{\"HttpHeaders\":{\"Authorization\":\"%s\"}}".formatted(authorization));
        return Map.of("DOCKER_HOST", host, "DOCKER_CONFIG", folder.toString());
    }
}
