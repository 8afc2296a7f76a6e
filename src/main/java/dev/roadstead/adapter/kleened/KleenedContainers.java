package dev.roadstead.adapter.kleened;

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
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.Pruned;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Containers of a Kleened daemon. */
final class KleenedContainers implements ContainerOperations {
    /** ps(1) of FreeBSD, which tells a jail's own processes in a jail; without -ww it would cut long commands. */
    private static final String PS = "exec ps -axww -o user,pid,ppid,stat,rss,args 2>/dev/null";

    private final KleenedSession session;
    private final KleenedExec exec;
    private final KleenedCommands commands;
    private final KleenedTape tape;
    private final KleenedFiles files;
    private final KleenedInventory inventory;
    private final KleenedCreation creation;
    private final KleenedLifecycle lifecycle;
    private final KleenedUpdating updating;
    private final KleenedWaiting waiting;

    KleenedContainers(
            KleenedSession session,
            KleenedExec exec,
            KleenedTape tape,
            KleenedFiles files,
            KleenedInventory inventory,
            KleenedCreation creation,
            KleenedLifecycle lifecycle,
            KleenedUpdating updating,
            KleenedWaiting waiting) {
        this.session = session;
        this.exec = exec;
        this.commands = new KleenedCommands(exec);
        this.tape = tape;
        this.files = files;
        this.inventory = inventory;
        this.creation = creation;
        this.lifecycle = lifecycle;
        this.updating = updating;
        this.waiting = waiting;
    }

    @Override
    public Mono<List<Container>> list(Map<String, String> labels) {
        return inventory
                .all()
                .map(all -> all.stream()
                        .map(inventory::listed)
                        .filter(container -> container.labels().entrySet().containsAll(labels.entrySet()))
                        .toList());
    }

    @Override
    public Mono<Container> find(String address) {
        return inventory.find(address).flatMap(inventory::container);
    }

    @Override
    public Mono<Container> inspect(ContainerId id) {
        return inventory.container(id);
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        return inventory.state(id);
    }

    @Override
    public Mono<ContainerId> create(ContainerSpec spec) {
        return creation.create(spec);
    }

    @Override
    public Mono<Boolean> start(ContainerId id) {
        return lifecycle.start(id);
    }

    @Override
    public Mono<Boolean> stop(ContainerId id, @Nullable Duration grace) {
        return lifecycle.stop(id);
    }

    @Override
    public Mono<Boolean> restart(ContainerId id, @Nullable Duration grace) {
        return lifecycle.restart(id);
    }

    @Override
    public Mono<Boolean> kill(ContainerId id, Signal signal) {
        return unsupported(Capability.KILL);
    }

    @Override
    public Mono<Boolean> pause(ContainerId id) {
        return unsupported(Capability.PAUSE);
    }

    @Override
    public Mono<Boolean> unpause(ContainerId id) {
        return unsupported(Capability.PAUSE);
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
        return lifecycle.remove(id, force, volumes);
    }

    @Override
    public Mono<Boolean> update(ContainerId id, ContainerChanges changes) {
        return updating.update(id, changes);
    }

    @Override
    public Mono<Attachment> attach(ContainerId id) {
        return exec.attach(id);
    }

    @Override
    public Mono<EngineStream<LogEntry>> logs(ContainerId id, LogQuery query) {
        return tape.logs(id, query);
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return unsupported(Capability.STATS);
    }

    @Override
    public Mono<EngineStream<ContainerStats>> statsStream(ContainerId id) {
        return unsupported(Capability.STATS);
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id) {
        return commands.run(id, PS).map(told -> {
            ProcessTable table = ProcessTable.parse(told.output());
            if (!told.isWhole()) {
                throw session.errors().nonsense("ps tells more than a mebibyte", null);
            }
            if (told.exitCode() != 0 || table.titles().isEmpty()) {
                throw session.errors().unsupported(Capability.TOP, "the container has no ps");
            }
            return table;
        });
    }

    @Override
    public Mono<List<FileChange>> changes(ContainerId id) {
        return unsupported(Capability.CHANGES);
    }

    @Override
    public Mono<EngineStream<byte[]>> export(ContainerId id) {
        return files.export(id);
    }

    @Override
    public Mono<String> commit(ContainerId id, CommitSpec spec) {
        return unsupported(Capability.COMMIT);
    }

    @Override
    public Mono<ContainerId> copy(ContainerId id, ContainerName name, Map<String, String> labels) {
        return unsupported(Capability.CLONE);
    }

    @Override
    public Mono<Pruned> prune() {
        return lifecycle.prune();
    }

    private <T> Mono<T> unsupported(Capability capability) {
        return Mono.error(() -> session.errors()
                .unsupported(
                        capability,
                        String.valueOf(KleenedCapabilities.of(session.settings().kleened())
                                .of(capability)
                                .reason())));
    }
}
