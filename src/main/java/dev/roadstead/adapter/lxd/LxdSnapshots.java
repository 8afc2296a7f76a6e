package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Snapshot;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.SnapshotOperations;
import dev.roadstead.transport.EngineRequest;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Snapshots of instances (LXD API, {@code /instances/{name}/snapshots}). */
final class LxdSnapshots implements SnapshotOperations {
    private static final String SNAPSHOTS = "snapshots";
    private static final Comparator<Snapshot> OLDEST_FIRST = Comparator.comparing(
                    (Snapshot snapshot) -> Objects.requireNonNullElse(snapshot.createdAt(), Instant.EPOCH))
            .thenComparing(Snapshot::name);

    private final LxdSession session;

    LxdSnapshots(LxdSession session) {
        this.session = session;
    }

    @Override
    public Mono<List<Snapshot>> list(ContainerId id) {
        return session.readList(
                        LxdCall.CONTAINER,
                        "container " + id,
                        EngineRequest.get(LxdTarget.of(InstanceAddress.of(id), SNAPSHOTS)
                                .with("recursion", 1)
                                .toString()),
                        LxdStoreWire.Snapshot.class)
                .map(all -> all.stream()
                        .map(LxdSnapshots::snapshot)
                        .sorted(OLDEST_FIRST)
                        .toList());
    }

    @Override
    public Mono<Snapshot> create(ContainerId id, String name, boolean stateful) {
        EngineRequest request = EngineRequest.post(
                        LxdTarget.of(InstanceAddress.of(id), SNAPSHOTS).toString())
                .json(session.bytes(Map.of("name", name, "stateful", stateful)));
        return session.operation(LxdCall.SNAPSHOT, subject(id, name), request)
                .onErrorMap(EngineException.class, failure -> stateful ? withoutCriu(failure) : failure)
                .then(inspect(id, name));
    }

    /** Whether the host has CRIU is not told before. */
    private EngineException withoutCriu(EngineException failure) {
        String told = String.valueOf(failure.evidence().nativeMessage());
        return told.contains("CRIU") || told.contains("migration.stateful")
                ? new EngineException.Unsupported(
                        Capability.SNAPSHOT_STATEFUL, told, failure.evidence().with("field", "stateful"))
                : failure;
    }

    /** The daemon itself stops and starts a container that runs. */
    @Override
    public Mono<Void> restore(ContainerId id, String name) {
        EngineRequest request = EngineRequest.of(
                        "PUT", LxdTarget.of(InstanceAddress.of(id)).toString())
                .json(session.bytes(Map.of("restore", name)));
        return inspect(id, name)
                .then(session.operation(LxdCall.SNAPSHOT, subject(id, name), request))
                .then();
    }

    @Override
    public Mono<Void> remove(ContainerId id, String name) {
        EngineRequest request = EngineRequest.delete(
                LxdTarget.of(InstanceAddress.of(id), SNAPSHOTS, name).toString());
        return session.operation(LxdCall.SNAPSHOT, subject(id, name), request).then();
    }

    private Mono<Snapshot> inspect(ContainerId id, String name) {
        return session.read(
                        LxdCall.SNAPSHOT,
                        subject(id, name),
                        EngineRequest.get(LxdTarget.of(InstanceAddress.of(id), SNAPSHOTS, name)
                                .toString()),
                        LxdStoreWire.Snapshot.class)
                .map(LxdSnapshots::snapshot);
    }

    static Snapshot snapshot(LxdStoreWire.Snapshot wire) {
        Long size = wire.size();
        // Some say container/name, and -1 or 0 for a size they do not know.
        return new Snapshot(
                wire.name().substring(wire.name().lastIndexOf('/') + 1),
                ConfigKeys.time(wire.createdAt()),
                size == null || size <= 0 ? null : size,
                Boolean.TRUE.equals(wire.stateful()));
    }

    private static String subject(ContainerId id, String name) {
        return "snapshot %s of container %s".formatted(name, id);
    }
}
