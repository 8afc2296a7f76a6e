package dev.roadstead.engine;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import java.util.List;
import reactor.core.publisher.Mono;

/** What an engine does with networks; one that is not there is {@link EngineException.NotFound} with {@code NO_SUCH_NETWORK}. */
@Requires(Capability.NETWORKS)
public interface NetworkOperations {
    Mono<List<Network>> list();

    /** One by name or id. */
    Mono<Network> inspect(String name);

    /** Makes one; a name that is taken is {@link EngineException.AlreadyExists} ({@code NAME_IN_USE}). */
    Mono<Network> create(NetworkSpec spec);

    /** Removes one; with containers on it it is {@link EngineException.Conflict} ({@code NETWORK_IN_USE}). */
    Mono<Void> remove(String name);

    /** Puts a container on the network that the request names; on it already is {@link EngineException.Conflict}. */
    @Requires(Capability.NETWORK_CONNECT)
    Mono<Void> connect(ContainerId container, NetworkRequest request);

    /** Takes a container off; one that is not on it is {@link EngineException.NotFound} ({@code NOT_CONNECTED}). */
    @Requires(Capability.NETWORK_CONNECT)
    Mono<Void> disconnect(ContainerId container, String network);

    /** Removes networks made by users that no container is on. */
    @Requires(Capability.PRUNE)
    default Mono<Pruned> prune() {
        return Mono.error(() -> new EngineException.Unsupported(Capability.PRUNE, null, EngineException.Evidence.NONE));
    }
}
