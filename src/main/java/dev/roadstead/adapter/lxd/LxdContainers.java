package dev.roadstead.adapter.lxd;

import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStats;
import dev.roadstead.container.FileChange;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.ProcessTable;
import dev.roadstead.container.Signal;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.ContainerOperations;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.Pruned;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Containers of an LXD or Incus daemon: its instances of that type. */
final class LxdContainers implements ContainerOperations {
    private final LxdSession session;
    private final LxdInstances instances;
    private final LxdCreation creation;
    private final LxdLifecycle lifecycle;
    private final LxdUpdating updating;
    private final LxdWaiting waiting;
    private final LxdConsole console;
    private final LxdLogs logs;
    private final LxdStats stats;
    private final LxdTop top;
    private final LxdCopies copies;
    private final LxdFiles files;
    private final AnonymousVolumes anonymous;

    LxdContainers(
            LxdSession session,
            LxdInstances instances,
            LxdEvents events,
            LxdExec exec,
            LxdCopies copies,
            LxdFiles files,
            AnonymousVolumes anonymous) {
        this.session = session;
        this.instances = instances;
        this.creation = new LxdCreation(session, instances);
        this.lifecycle = new LxdLifecycle(session, instances);
        this.updating = new LxdUpdating(session, instances);
        this.waiting = new LxdWaiting(instances, events);
        this.console = new LxdConsole(session, instances);
        this.logs = new LxdLogs(session, instances);
        this.stats = new LxdStats(session, instances);
        this.top = new LxdTop(session, exec);
        this.copies = copies;
        this.files = files;
        this.anonymous = anonymous;
    }

    @Override
    public Mono<List<Container>> list(Map<String, String> labels) {
        return instances
                .all()
                .map(all -> all.stream()
                        .map(LxdMapping::listed)
                        .filter(container -> container.labels().entrySet().containsAll(labels.entrySet()))
                        .toList());
    }

    /** Names are the ids, so that no part of one is taken for it; outside of the default project a name alone may do as well. */
    @Override
    public Mono<Container> find(String address) {
        return Mono.defer(() -> {
                    ContainerId id;
                    try {
                        id = new ContainerId(address);
                    } catch (IllegalArgumentException impossible) {
                        return Mono.error(instances.noSuch(address));
                    }
                    return instances.container(InstanceAddress.of(id));
                })
                .onErrorResume(EngineException.NotFound.class, failure -> named(address, failure));
    }

    private Mono<Container> named(String name, EngineException failure) {
        return instances.all().flatMap(all -> {
            List<InstanceAddress> candidates = all.stream()
                    .filter(wire -> name.equals(wire.name()))
                    .map(LxdMapping::address)
                    .toList();
            return switch (candidates.size()) {
                case 0 -> Mono.error(failure);
                case 1 -> instances.container(candidates.getFirst());
                default ->
                    Mono.error(new EngineException.Conflict(
                            "AMBIGUOUS_ADDRESS",
                            "%s fits %d containers".formatted(name, candidates.size()),
                            session.errors()
                                    .evidence()
                                    .with(
                                            "candidates",
                                            candidates.stream()
                                                    .map(InstanceAddress::toString)
                                                    .sorted()
                                                    .toList())));
            };
        });
    }

    @Override
    public Mono<Container> inspect(ContainerId id) {
        return instances.container(InstanceAddress.of(id));
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        return instances.state(id);
    }

    @Override
    public Mono<ContainerId> create(ContainerSpec spec) {
        return anonymous.with(spec, creation::create);
    }

    @Override
    public Mono<Boolean> start(ContainerId id) {
        return lifecycle.start(id);
    }

    @Override
    public Mono<Boolean> stop(ContainerId id, @Nullable Duration grace) {
        return lifecycle.stop(id, grace);
    }

    @Override
    public Mono<Boolean> restart(ContainerId id, @Nullable Duration grace) {
        return lifecycle.restart(id, grace);
    }

    @Override
    public Mono<Boolean> kill(ContainerId id, Signal signal) {
        return lifecycle.kill(id, signal);
    }

    @Override
    public Mono<Boolean> pause(ContainerId id) {
        return lifecycle.pause(id);
    }

    @Override
    public Mono<Boolean> unpause(ContainerId id) {
        return lifecycle.unpause(id);
    }

    @Override
    public Mono<ContainerState> await(ContainerId id, WaitCondition condition) {
        return waiting.await(id, condition);
    }

    @Override
    public Mono<Boolean> rename(ContainerId id, ContainerName name) {
        return lifecycle.rename(id, name);
    }

    @Override
    public Mono<Void> remove(ContainerId id, boolean force, boolean volumes) {
        Mono<Void> removal = lifecycle.remove(id, force);
        return volumes ? anonymous.after(id, removal) : removal;
    }

    @Override
    public Mono<Boolean> update(ContainerId id, ContainerChanges changes) {
        return updating.update(id, changes);
    }

    @Override
    public Mono<Attachment> attach(ContainerId id) {
        return console.open(id);
    }

    @Override
    public Mono<EngineStream<LogEntry>> logs(ContainerId id, LogQuery query) {
        return logs.open(id, query);
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return stats.once(id);
    }

    @Override
    public Mono<EngineStream<ContainerStats>> statsStream(ContainerId id) {
        return stats.stream(id);
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id) {
        return top.table(id);
    }

    @Override
    public Mono<List<FileChange>> changes(ContainerId id) {
        return Mono.error(() -> unsupported(Capability.CHANGES));
    }

    @Override
    public Mono<EngineStream<byte[]>> export(ContainerId id) {
        return files.export(id);
    }

    @Override
    public Mono<String> commit(ContainerId id, CommitSpec spec) {
        return copies.commit(id, spec);
    }

    @Override
    public Mono<ContainerId> copy(ContainerId id, ContainerName name, Map<String, String> labels) {
        return copies.copy(id, name, labels);
    }

    @Override
    public Mono<Pruned> prune() {
        return copies.prune();
    }

    private EngineException unsupported(Capability capability) {
        return new EngineException.Unsupported(
                capability, null, session.errors().evidence());
    }
}
