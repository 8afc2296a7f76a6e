package dev.roadstead.adapter.kleened;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.kleened.standin.KleenedStandIn;
import dev.roadstead.adapter.kleened.standin.RequiresJails;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ExecOperations.Session;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.image.ImageStep;
import dev.roadstead.image.ImportSpec;
import dev.roadstead.transport.NoLeaks;
import dev.roadstead.transport.TestPki;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** A Kleened that listens on TLS and wants a certificate of its clients: calls and sockets alike. */
@ExtendWith(NoLeaks.class)
@RequiresJails
class KleenedTlsIT {
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final TestPki pki = new TestPki("kleened");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private KleenedStandIn standIn;

    @BeforeEach
    void start() {
        standIn = KleenedStandIn.onTls(
                folder, KleenedStandIn.Options.RECORDED, pki.server(pki.issue("kleened", "127.0.0.1")));
    }

    @AfterEach
    void end() {
        standIn.close();
    }

    @Test
    void whoeverShowsACertificateUsesAllOfIt() {
        Engine engine = engine(pki.issue("gateway"));
        try {
            List<ImageStep> steps = Objects.requireNonNull(engine.images()
                    .make(new ImportSpec("zfs-clone", null, "zroot/kleene_basejail", "tls:1"))
                    .collectList()
                    .block(WAIT));
            assertThat(steps.getLast().image()).isNotNull();
            ContainerId id = Objects.requireNonNull(engine.containers()
                    .create(new SpecBuilder("tls:1")
                            .command(List.of("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"))
                            .build())
                    .block(WAIT));
            assertThat(engine.containers().start(id).block(WAIT)).isTrue();

            Session session = Objects.requireNonNull(engine.exec()
                    .start(id, new ExecSpec(List.of("echo", "over TLS"), Map.of(), null, null, false, null, null))
                    .block(WAIT));
            assertThat(Objects.requireNonNull(session.output().collectList().block(WAIT)).stream()
                            .map(piece -> new String(piece.data(), StandardCharsets.UTF_8))
                            .collect(Collectors.joining()))
                    .isEqualTo("over TLS\n");
            assertThat(session.exitCode().block(WAIT)).isZero();

            assertThat(engine.containers().stop(id, null).block(WAIT)).isTrue();
            engine.containers().remove(id, false, false).block(WAIT);
            assertThat(engine.containers().list(Map.of()).block(WAIT))
                    .extracting(Container::id)
                    .isEmpty();
        } finally {
            engine.close().block(WAIT);
        }
    }

    @Test
    void whoeverShowsNoneIsDenied() {
        Engine engine = engine(null);
        try {
            StepVerifier.create(engine.describe())
                    .expectErrorSatisfies(failure -> {
                        assertThat(failure).isInstanceOf(EngineException.Denied.class);
                        assertThat(((EngineException) failure).code()).isEqualTo("ENGINE_DENIED");
                    })
                    .verify(WAIT);
        } finally {
            engine.close().block(WAIT);
        }
    }

    private Engine engine(TestPki.@Nullable Identity shown) {
        return new KleenedEngineFactory()
                .create(new EngineSettings(
                        new EngineName("jails"),
                        EngineKind.KLEENED,
                        standIn.uri(),
                        WAIT,
                        WAIT,
                        WAIT,
                        8,
                        new EngineSettings.Tls(shown == null ? null : shown.keys(), pki.trust())));
    }
}
