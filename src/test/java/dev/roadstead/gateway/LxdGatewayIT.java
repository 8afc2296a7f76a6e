package dev.roadstead.gateway;

import dev.roadstead.adapter.lxd.LxdImageFile;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import tools.jackson.databind.JsonNode;

/** What clients may rely on, with a real LXD daemon. */
@RequiresLab("lxd")
class LxdGatewayIT implements GatewayContract {
    private static @Nullable RunningGateway gateway;

    private final MadeOverHttp made = new MadeOverHttp(gateway()) {
        // Networks are named like interfaces.
        @Override
        protected String newNetworkName() {
            return "rdtest-" + UUID.randomUUID().toString().substring(0, 8);
        }

        // The daemon finds no subnet of its own on a host with many addresses.
        @Override
        protected Map<String, Object> networkFields() {
            ThreadLocalRandom random = ThreadLocalRandom.current();
            return Map.of("subnet", "10.%d.%d.0/24".formatted(random.nextInt(64, 192), random.nextInt(256)));
        }
    };

    @BeforeAll
    static void start() {
        gateway = RunningGateway.start(
                Map.of(ENGINE, Lab.lxd().toString()), "roadstead.engines.%s.kind=lxd".formatted(ENGINE));
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
        return "busybox";
    }

    /** Its init runs until it is told to stop. */
    @Override
    public Map<String, Object> idle() {
        return made().container(Map.of("image", image()));
    }

    @Override
    public void ready(JsonNode container) {
        // Whoever may stop an instance stops all of it, however far its init has come.
    }

    @Override
    public byte[] imageFile(String reference) {
        return LxdImageFile.of(reference);
    }

    @Override
    public String imageIds() {
        return "[0-9a-f]{64}";
    }

    @Override
    public boolean statsTellCores() {
        return false;
    }

    /** LXD 5.0 does not know. */
    @Override
    public boolean volumesTellTheirAge() {
        return false;
    }

    @Override
    public boolean networksHaveAliases() {
        return false;
    }

    @Override
    public boolean runningOnesAreRenamed() {
        return false;
    }

    @Override
    public String parting() {
        return "; sleep 0.5";
    }

    @Override
    public boolean eventsTellWhatAndFrom() {
        return false;
    }
}
