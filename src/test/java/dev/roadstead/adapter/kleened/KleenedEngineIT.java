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

/** Everything that the contract asks, of the stand-in of Kleened, with nothing allowed beyond the defaults. */
@RequiresJails
class KleenedEngineIT implements KleenedContract {
    private static @Nullable KleenedStandIn standIn;
    private static @Nullable Engine engine;

    private final TestObjects made = new TestObjects(engine(), KleenedEngines::subnet);

    @BeforeAll
    static void connect(@TempDir Path folder) {
        standIn = KleenedStandIn.onUnixSocket(folder);
        engine = KleenedEngines.guarded(
                Objects.requireNonNull(standIn).uri(),
                new EngineSettings.Kleened(Duration.ofMillis(200), false, false, 64 << 10));
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
}
