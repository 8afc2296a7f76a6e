package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.NetworkOperations;
import dev.roadstead.engine.Pruned;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Networks in memory. */
final class SimulatedNetworks implements NetworkOperations {
    private final SimulatedHost host;
    private final SimulatedLink link;

    SimulatedNetworks(SimulatedHost host, SimulatedLink link) {
        this.host = host;
        this.link = link;
    }

    @Override
    public Mono<List<Network>> list() {
        return link.call(
                SimulatedCall.NETWORKS_LIST,
                () -> host.locked(() -> host.networks().values().stream()
                        .map(network -> network.describe(null))
                        .toList()));
    }

    @Override
    public Mono<Network> inspect(String name) {
        return link.call(
                SimulatedCall.NETWORKS_INSPECT,
                () -> host.locked(() -> {
                    SimulatedNetwork network = host.network(name);
                    return network.describe(containersOn(network));
                }));
    }

    @Override
    public Mono<Network> create(NetworkSpec spec) {
        return link.call(
                SimulatedCall.NETWORKS_CREATE,
                () -> host.locked(() -> host.addNetwork(spec).describe(List.of())));
    }

    @Override
    public Mono<Void> remove(String name) {
        return link.run(
                SimulatedCall.NETWORKS_REMOVE,
                () -> host.<@Nullable Object>locked(() -> {
                    SimulatedNetwork network = host.network(name);
                    if (network.name().equals("bridge")
                            || !containersOn(network).isEmpty()) {
                        throw new EngineException.Conflict(
                                "NETWORK_IN_USE", "network %s is in use".formatted(name), host.evidence());
                    }
                    host.networks().remove(network.name());
                    host.events().add(network, "remove", Map.of());
                    return null;
                }));
    }

    @Override
    public Mono<Void> connect(ContainerId container, ContainerSpec.NetworkRequest request) {
        return link.run(
                SimulatedCall.NETWORKS_CONNECT,
                () -> host.<@Nullable Object>locked(() -> {
                    SimulatedContainer joining = host.container(container);
                    SimulatedNetwork network = host.network(request.name());
                    if (isOn(joining, network)) {
                        throw new EngineException.Conflict(
                                "ALREADY_CONNECTED",
                                "%s is on network %s already".formatted(container, request.name()),
                                host.evidence());
                    }
                    joining.attachments().add(network.attach(request.ip()));
                    host.events().add(network, "connect", Map.of("container", container.value()));
                    return null;
                }));
    }

    @Override
    public Mono<Void> disconnect(ContainerId container, String name) {
        return link.run(
                SimulatedCall.NETWORKS_DISCONNECT,
                () -> host.<@Nullable Object>locked(() -> {
                    SimulatedContainer leaving = host.container(container);
                    SimulatedNetwork network = host.network(name);
                    if (!leaving.attachments().removeIf(attachment -> attachment.network() == network)) {
                        throw new EngineException.NotFound(
                                "NOT_CONNECTED", "%s is not on network %s".formatted(container, name), host.evidence());
                    }
                    host.events().add(network, "disconnect", Map.of("container", container.value()));
                    return null;
                }));
    }

    @Override
    public Mono<Pruned> prune() {
        return link.call(
                SimulatedCall.PRUNE,
                () -> host.locked(() -> {
                    List<SimulatedNetwork> unused = host.networks().values().stream()
                            .filter(network -> !network.name().equals("bridge")
                                    && containersOn(network).isEmpty())
                            .toList();
                    unused.forEach(network -> {
                        host.networks().remove(network.name());
                        host.events().add(network, "remove", Map.of());
                    });
                    return new Pruned(
                            unused.stream().map(SimulatedNetwork::name).toList(), null);
                }));
    }

    private List<String> containersOn(SimulatedNetwork network) {
        return host.containers().values().stream()
                .filter(container -> isOn(container, network))
                .map(container -> container.id().value())
                .toList();
    }

    private static boolean isOn(SimulatedContainer container, SimulatedNetwork network) {
        return container.attachments().stream().anyMatch(attachment -> attachment.network() == network);
    }
}
