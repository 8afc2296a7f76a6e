package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What clients may rely on, with a real Docker daemon. */
@RequiresLab({"docker", "registry"})
class DockerGatewayIT implements GatewayContract {
    private static @Nullable RunningGateway gateway;

    private final MadeOverHttp made = new MadeOverHttp(gateway());

    @BeforeAll
    static void start() {
        gateway = RunningGateway.start(Map.of(ENGINE, Lab.docker().toString()));
    }

    @AfterAll
    static void stop() {
        Objects.requireNonNull(gateway).close();
    }

    @Override
    public RunningGateway gateway() {
        return Objects.requireNonNull(gateway);
    }

    @Override
    public MadeOverHttp made() {
        return made;
    }
}
