package dev.roadstead.adapter.kleened;

import dev.roadstead.adapter.kleened.standin.KleenedStandIn;
import dev.roadstead.adapter.kleened.standin.RequiresJails;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.TestObjects;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The same where the operator lets the gateway set limits and keep output. */
@RequiresJails
class KleenedAllowedIT implements KleenedContract {
    private static @Nullable KleenedStandIn standIn;
    private static @Nullable Engine engine;

    private final TestObjects made = new TestObjects(engine(), KleenedEngines::subnet);

    @BeforeAll
    static void connect(@TempDir Path folder) {
        standIn = KleenedStandIn.onUnixSocket(folder);
        engine = KleenedEngines.guarded(
                Objects.requireNonNull(standIn).uri(),
                new EngineSettings.Kleened(Duration.ofMillis(200), true, true, 1 << 20));
    }

    @AfterAll
    static void disconnect() {
        Objects.requireNonNull(engine).close().block(WAIT);
        Objects.requireNonNull(standIn).close();
    }

    @Override
    public Engine engine() {
        return Objects.requireNonNull(engine);
    }

    @Override
    public TestObjects made() {
        return made;
    }

    @Override
    public boolean isAsOutOfTheBox() {
        return false;
    }
}
