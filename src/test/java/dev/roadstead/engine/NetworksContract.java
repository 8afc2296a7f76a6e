package dev.roadstead.engine;

import static dev.roadstead.engine.ContractSubject.fails;
import static dev.roadstead.engine.ContractSubject.get;
import static dev.roadstead.engine.ContractSubject.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.NetworkAttachment;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Networks are made and removed; containers join and leave them. */
public interface NetworksContract extends ContractSubject {
    @Test
    default void aNewNetworkIsListedAndDescribed() {
        needs(Capability.NETWORKS);

        Network network = made().network(networkDriver());

        assertThat(network.id()).isNotBlank();
        assertThat(network.driver()).isEqualTo(networkDriver());
        assertThat(get(engine().networks().list())).extracting(Network::name).contains(network.name());
        Network inspected = get(engine().networks().inspect(network.name()));
        assertThat(inspected.id()).isEqualTo(network.id());
        assertThat(inspected.containers()).isEmpty();
        assertThat(get(engine().networks().inspect(network.id())).name()).isEqualTo(network.name());
    }

    @Test
    default void aNetworkBearsItsLabels() {
        needs(Capability.NETWORKS, Capability.NETWORK_LABELS);

        assertThat(made().network(networkDriver()).labels()).containsAllEntriesOf(made().labels());
    }

    @Test
    default void aTakenNetworkNameIsRefused() {
        needs(Capability.NETWORKS);
        Network network = made().network(networkDriver());

        fails(
                engine().networks()
                        .create(new NetworkSpec(network.name(), networkDriver(), null, null, false, Map.of())),
                EngineException.AlreadyExists.class,
                "NAME_IN_USE");
    }

    @Test
    default void aRemovedNetworkIsGone() {
        needs(Capability.NETWORKS);
        Network network = made().network(networkDriver());

        run(engine().networks().remove(network.name()));

        fails(engine().networks().inspect(network.name()), EngineException.NotFound.class, "NO_SUCH_NETWORK");
    }

    @Test
    default void aNetworkThatIsNotThereIsNotFound() {
        needs(Capability.NETWORKS);

        fails(engine().networks().inspect("roadstead-test-none"), EngineException.NotFound.class, "NO_SUCH_NETWORK");
        fails(engine().networks().remove("roadstead-test-none"), EngineException.NotFound.class, "NO_SUCH_NETWORK");
    }

    @Test
    default void aContainerOnANetworkThatIsNotThereIsNotMade() {
        needs(Capability.NETWORKS);
        ContainerSpec spec = made().marked(
                        SpecBuilder.like(idle()).network("roadstead-test-none").build());

        fails(containers().create(spec), EngineException.NotFound.class, "NO_SUCH_NETWORK");

        assertThat(get(containers().list(made().labels()))).isEmpty();
    }

    @Test
    default void aContainerIsOnTheNetworkItWasMadeFor() {
        needs(Capability.NETWORKS);
        Network network = made().network(networkDriver());

        ContainerId id =
                started(SpecBuilder.like(idle()).network(network.name()).build());

        assertThat(networksOf(id)).contains(network.name());
        assertThat(get(engine().networks().inspect(network.name())).containers())
                .containsExactly(id.value());
    }

    @Test
    default void aNetworkWithContainersOnItIsNotRemoved() {
        needs(Capability.NETWORKS);
        Network network = made().network(networkDriver());
        started(SpecBuilder.like(idle()).network(network.name()).build());

        fails(engine().networks().remove(network.name()), EngineException.Conflict.class, "NETWORK_IN_USE");
    }

    @Test
    default void aContainerJoinsAndLeavesANetwork() {
        needs(Capability.NETWORKS, Capability.NETWORK_CONNECT);
        Network network = made().network(networkDriver());
        ContainerId id = running();

        run(engine().networks().connect(id, request(network)));
        assertThat(networksOf(id)).contains(network.name());

        run(engine().networks().disconnect(id, network.name()));
        assertThat(networksOf(id)).doesNotContain(network.name());
    }

    @Test
    default void aContainerJoinsANetworkOnce() {
        needs(Capability.NETWORKS, Capability.NETWORK_CONNECT);
        Network network = made().network(networkDriver());
        ContainerId id = running();
        run(engine().networks().connect(id, request(network)));

        fails(engine().networks().connect(id, request(network)), EngineException.Conflict.class);
    }

    @Test
    default void aContainerCannotLeaveANetworkItIsNotOn() {
        needs(Capability.NETWORKS, Capability.NETWORK_CONNECT);
        Network network = made().network(networkDriver());

        fails(
                engine().networks().disconnect(running(), network.name()),
                EngineException.NotFound.class,
                "NOT_CONNECTED");
    }

    @Test
    default void bothEndsOfAConnectionMustBeThere() {
        needs(Capability.NETWORKS, Capability.NETWORK_CONNECT);
        Network network = made().network(networkDriver());
        ContainerId id = made().container(idle());

        fails(
                engine().networks().connect(NOBODY, request(network)),
                EngineException.NotFound.class,
                "NO_SUCH_CONTAINER");
        fails(
                engine().networks()
                        .connect(id, new ContainerSpec.NetworkRequest("roadstead-test-none", null, List.of())),
                EngineException.NotFound.class,
                "NO_SUCH_NETWORK");
        fails(
                engine().networks().disconnect(id, "roadstead-test-none"),
                EngineException.NotFound.class,
                "NO_SUCH_NETWORK");
    }

    private List<String> networksOf(ContainerId id) {
        return get(containers().inspect(id)).networks().stream()
                .map(NetworkAttachment::name)
                .toList();
    }

    private static ContainerSpec.NetworkRequest request(Network network) {
        return new ContainerSpec.NetworkRequest(network.name(), null, List.of());
    }
}
