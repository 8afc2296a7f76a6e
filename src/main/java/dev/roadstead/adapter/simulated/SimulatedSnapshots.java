package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Snapshot;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.SnapshotOperations;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Snapshots of containers in memory: of their own files, not of what is mounted into them. */
final class SimulatedSnapshots implements SnapshotOperations {
    static final String NO_MEMORY = "a simulated engine keeps files, not processes";

    private final SimulatedHost host;
    private final SimulatedLink link;
    private final Stopping stopping;

    SimulatedSnapshots(SimulatedHost host, SimulatedLink link) {
        this.host = host;
        this.link = link;
        this.stopping = new Stopping(host);
    }

    @Override
    public Mono<List<Snapshot>> list(ContainerId id) {
        return link.call(
                SimulatedCall.SNAPSHOTS_LIST,
                () -> host.locked(() -> host.container(id).snapshots().values().stream()
                        .map(SimulatedSnapshot::told)
                        .toList()));
    }

    @Override
    public Mono<Snapshot> create(ContainerId id, String name, boolean stateful) {
        return link.call(
                SimulatedCall.SNAPSHOTS_CREATE,
                () -> host.locked(() -> {
                    SimulatedContainer container = host.container(id);
                    if (stateful) {
                        throw new EngineException.Unsupported(Capability.SNAPSHOT_STATEFUL, NO_MEMORY, host.evidence());
                    }
                    if (container.snapshots().containsKey(name)) {
                        throw new EngineException.AlreadyExists(
                                "NAME_IN_USE", "%s has a snapshot %s already".formatted(id, name), host.evidence());
                    }
                    FileTree kept = copy(container.files().root());
                    Snapshot snapshot = new Snapshot(name, host.clock().instant(), kept.written(), false);
                    container.snapshots().put(name, new SimulatedSnapshot(snapshot, kept));
                    host.events().add(container, "snapshot", Map.of("operation", "create", "snapshot", name));
                    return snapshot;
                }));
    }

    @Override
    public Mono<Void> restore(ContainerId id, String name) {
        return link.defer(SimulatedCall.SNAPSHOTS_RESTORE, () -> {
            host.locked(() -> snapshot(host.container(id), name));
            return stopping.stop(id, Duration.ZERO)
                    .doOnNext(ran -> host.<@Nullable Object>locked(() -> {
                        SimulatedContainer container = host.container(id);
                        container.contain(copy(snapshot(container, name).files()));
                        host.events().add(container, "snapshot", Map.of("operation", "restore", "snapshot", name));
                        if (ran && !container.isAlive()) {
                            container.start();
                        }
                        return null;
                    }))
                    .then();
        });
    }

    @Override
    public Mono<Void> remove(ContainerId id, String name) {
        return link.run(
                SimulatedCall.SNAPSHOTS_REMOVE,
                () -> host.<@Nullable Object>locked(() -> {
                    SimulatedContainer container = host.container(id);
                    snapshot(container, name);
                    container.snapshots().remove(name);
                    host.events().add(container, "snapshot", Map.of("operation", "remove", "snapshot", name));
                    return null;
                }));
    }

    private SimulatedSnapshot snapshot(SimulatedContainer container, String name) {
        SimulatedSnapshot snapshot = container.snapshots().get(name);
        if (snapshot == null) {
            throw new EngineException.NotFound(
                    "NO_SUCH_SNAPSHOT", "%s has no snapshot %s".formatted(container.id(), name), host.evidence());
        }
        return snapshot;
    }

    private static FileTree copy(FileTree tree) {
        synchronized (tree) {
            return tree.copy();
        }
    }
}
