package dev.roadstead.adapter.lxd;

import static dev.roadstead.engine.ContractSubject.WAIT;
import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.SpecBuilder;
import dev.roadstead.engine.TestObjects;
import dev.roadstead.lab.Lab;
import dev.roadstead.lab.RequiresLab;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ports of the host that something else than the daemon has. */
@RequiresLab({"lxd"})
class LxdPortsIT {
    private final Engine engine = LxdEngineIT.engine(Lab.lxd(), null);
    private final TestObjects made = new TestObjects(engine);

    @AfterEach
    void close() {
        made.removeAll();
        engine.close().block(WAIT);
    }

    @Test
    void whoeverNamesNoPortOfTheHostGetsOneThatIsFree() throws IOException {
        ContainerId id = container(null);
        int drawn = port(id);
        try (ServerSocket other = new ServerSocket(drawn)) {
            get(engine.containers().start(id));

            assertThat(port(id)).isNotEqualTo(other.getLocalPort());
        }
        assertThat(get(engine.containers().find(id.value())).labels()).doesNotContainKey("dev.roadstead.drawn-ports");
    }

    @Test
    void aPortThatWasAskedForIsNotReplacedByAnother() throws IOException {
        try (ServerSocket other = new ServerSocket(0)) {
            ContainerId id = container(other.getLocalPort());

            fails(engine.containers().start(id), EngineException.Conflict.class, "PORT_IN_USE");

            assertThat(port(id)).isEqualTo(other.getLocalPort());
        }
    }

    private ContainerId container(@Nullable Integer host) {
        return made.container(new SpecBuilder("busybox").publish(host, 80).build());
    }

    private int port(ContainerId id) {
        Container container = get(engine.containers().find(id.value()));
        return Objects.requireNonNull(container.ports().getFirst().host());
    }
}
