package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Newer engines' own APIs through the gateway, against the same engines asked directly. */
@RequiresLab("newer")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NewerNativeAccessIT {
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        gateway = RunningGateway.start(
                Map.of(
                        "docker",
                        uri("docker").toString(),
                        "podman",
                        uri("podman").toString(),
                        "incus",
                        uri("incus").toString()),
                "roadstead.engines.podman.kind=podman",
                "roadstead.engines.incus.kind=incus",
                "roadstead.monitoring.interval=1h");
    }

    @AfterAll
    void stop() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker", "podman", "incus"})
    void everyReadingOperationWithoutParametersAnswersAsTheEngineDoesDirectly(String name) {
        new NativeReads(gateway).areAsTheyAreDirectly(name, uri(name));
    }

    private static URI uri(String name) {
        return switch (name) {
            case "docker" -> Lab.newerDocker();
            case "podman" -> Lab.newerPodman();
            default -> Lab.incus();
        };
    }
}
