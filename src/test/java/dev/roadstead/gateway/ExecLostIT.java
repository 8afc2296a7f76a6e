package dev.roadstead.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.adapter.docker.DockerEngineFactory;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.ContractSubject;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import dev.roadstead.transport.NoLeaks;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A daemon that is lost while one of its processes speaks: an end that is cut is never told as an end. */
@RequiresLab("docker")
@ExtendWith(NoLeaks.class)
class ExecLostIT {
    private static final Duration WAIT = ContractSubject.WAIT;

    private CuttingProxy proxy;
    private Engine direct;
    private Engine engine;
    private TestObjects made;
    private ContainerId container;

    @BeforeEach
    void start(@TempDir Path folder) throws IOException {
        Path socket = folder.resolve("engine.sock");
        proxy = CuttingProxy.onUnixSocket(socket, Lab.docker());
        direct = engine(Lab.docker());
        engine = engine(URI.create("unix://" + socket));
        made = new TestObjects(direct);
        container = made.container(ContainerSpec.of(
                "busybox:latest", List.of("sh", "-c", "trap 'exit 0' TERM; while :; do echo here; sleep 0.1; done")));
        direct.containers().start(container).block(WAIT);
    }

    @AfterEach
    void stop() throws IOException {
        made.removeAll();
        engine.close().block(WAIT);
        direct.close().block(WAIT);
        proxy.close();
    }

    @Test
    void anEngineLostInTheMiddleFailsOutputAndExitCode() {
        ExecOperations.Session session = session("while :; do echo here; sleep 0.1; done");

        fails(session.output()
                .take(Duration.ofSeconds(20))
                .doOnNext(_ -> lose())
                .then());
        fails(session.exitCode().then());
        fails(session.close());
    }

    @Test
    void aCutConnectionToALivingEngineFailsTheOutput() {
        ExecOperations.Session session = session("echo here; sleep 31415");

        fails(session.output().doOnNext(_ -> proxy.cut()).then());

        session.close().block(WAIT);
        assertThat(Objects.requireNonNull(direct.containers().top(container).block(WAIT))
                        .processes()
                        .toString())
                .doesNotContain("31415");
    }

    @Test
    void aCutConnectionToALivingEngineFailsAnAttachment() {
        Attachment attachment =
                Objects.requireNonNull(engine.containers().attach(container).block(WAIT));

        fails(attachment.output().doOnNext(_ -> proxy.cut()).then());

        attachment.close().block(WAIT);
    }

    private void lose() {
        proxy.refuse(true);
        proxy.cut();
    }

    private ExecOperations.Session session(String script) {
        return Objects.requireNonNull(engine.exec()
                .start(container, new ExecSpec(List.of("sh", "-c", script), Map.of(), null, null, false, null, null))
                .block(WAIT));
    }

    private static void fails(Mono<Void> call) {
        StepVerifier.create(call)
                .expectErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOfAny(EngineException.Unavailable.class, EngineException.Failed.class))
                .verify(WAIT);
    }

    private static Engine engine(URI uri) {
        return new DockerEngineFactory()
                .create(new EngineSettings(
                        new EngineName("docker"),
                        EngineKind.DOCKER,
                        uri,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10),
                        Duration.ofMinutes(2),
                        16,
                        null));
    }
}
