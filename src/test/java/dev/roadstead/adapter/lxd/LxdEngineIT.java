package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.fleet.GuardedEngine;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Everything that the contract asks, of a real LXD daemon. */
@RequiresLab({"lxd"})
class LxdEngineIT implements LxdContract {
    private static @Nullable Engine engine;

    private final TestObjects made = new TestObjects(engine(), LxdEngineIT::subnet);

    @BeforeAll
    static void connect() {
        engine = engine(Lab.lxd(), null);
    }

    @AfterAll
    static void disconnect() {
        Objects.requireNonNull(engine).close().block(WAIT);
    }

    static Engine engine(URI uri, EngineSettings.@Nullable Tls tls) {
        return engine(EngineKind.LXD, uri, tls);
    }

    /** As the gateway has it: refusing what it cannot do. */
    static Engine engine(EngineKind kind, URI uri, EngineSettings.@Nullable Tls tls) {
        Engine bare = new LxdEngineFactory(kind)
                .create(new EngineSettings(
                        new EngineName(kind.word()),
                        kind,
                        uri,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(20),
                        Duration.ofMinutes(2),
                        32,
                        tls,
                        Map.of("lab", remote())));
        return new GuardedEngine(bare, new SimpleMeterRegistry());
    }

    @Override
    public Engine engine() {
        return Objects.requireNonNull(engine);
    }

    @Override
    public TestObjects made() {
        return made;
    }

    private static EngineSettings.Remote remote() {
        try {
            return new EngineSettings.Remote(
                    Lab.simplestreams(),
                    "simplestreams",
                    Files.readString(Lab.pki().resolve("server.pem")));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The daemon finds none of its own on a host with many addresses. */
    static String subnet() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return "10.%d.%d.0/24".formatted(random.nextInt(64, 192), random.nextInt(256));
    }
}
