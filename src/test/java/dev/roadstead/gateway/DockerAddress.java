package dev.roadstead.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where clients of Docker are sent: what passes for a daemon.
 *
 * @param host as {@code DOCKER_HOST} takes it
 * @param authorization the header to send along; null: none
 */
record DockerAddress(String host, @Nullable String authorization) {
    /** An engine behind a gateway, by the path of its proxy, with the gateway's credentials. */
    static DockerAddress proxied(RunningGateway gateway, String engine) {
        String credentials = gateway.user() + ":" + gateway.password();
        return new DockerAddress(
                "tcp://%s/v1/engines/%s/proxy".formatted(gateway.base().getAuthority(), engine),
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
    }

    /** A gateway's own socket for an engine. */
    static DockerAddress socket(Path socket) {
        return new DockerAddress("unix://" + socket, null);
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
