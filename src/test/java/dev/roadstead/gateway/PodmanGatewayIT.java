package dev.roadstead.gateway;

import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What clients may rely on, with a real Podman daemon. */
@RequiresLab({"podman", "registry"})
class PodmanGatewayIT implements GatewayContract {
    private static @Nullable RunningGateway gateway;

    private final MadeOverHttp made = new MadeOverHttp(gateway()) {
        @Override
        protected String imagePrefix() {
            return "localhost/";
        }
    };

    @BeforeAll
    static void start() {
        gateway = RunningGateway.start(
                Map.of(ENGINE, Lab.podman().toString()), "roadstead.engines." + ENGINE + ".kind=podman");
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

    @Override
    public String image() {
        return "docker.io/library/busybox:latest";
    }

    @Override
    public String imageIds() {
        return "[0-9a-f]{64}";
    }

    @Override
    public boolean eventsTellWhatAndFrom() {
        return false;
    }

    /** Up to 4.x Podman tells of networks only who joins and leaves them. */
    @Override
    public boolean eventsTellOfNetworks() {
        return false;
    }
}
