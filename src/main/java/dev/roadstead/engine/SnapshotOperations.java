package dev.roadstead.engine;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Snapshot;
import java.util.List;
import reactor.core.publisher.Mono;

/** Snapshots of a container's file system; one that is not there is {@link EngineException.NotFound} with {@code NO_SUCH_SNAPSHOT}. */
@Requires(Capability.SNAPSHOTS)
public interface SnapshotOperations {
    /** All of a container, oldest first. */
    Mono<List<Snapshot>> list(ContainerId id);

    /**
     * Takes one; a taken name is {@link EngineException.AlreadyExists} ({@code NAME_IN_USE}).
     *
     * @param stateful with the memory of its processes; where the engine cannot, {@link EngineException.Unsupported} ({@link
     *     Capability#SNAPSHOT_STATEFUL})
     */
    Mono<Snapshot> create(ContainerId id, String name, boolean stateful);

    /** Puts the container back to it; it runs afterwards if it ran before. */
    Mono<Void> restore(ContainerId id, String name);

    Mono<Void> remove(ContainerId id, String name);
}
