package dev.roadstead.gateway;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What clients may rely on, with an engine in memory. */
class SimulatedGatewayTest implements GatewayContract {
    private static @Nullable RunningGateway gateway;

    private final MadeOverHttp made = new MadeOverHttp(gateway());

    @BeforeAll
    static void start() {
        gateway = RunningGateway.start(Map.of(ENGINE, "simulated:///"));
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
