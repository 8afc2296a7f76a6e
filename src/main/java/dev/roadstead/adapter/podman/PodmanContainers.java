package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.ContainerCalls;
import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.adapter.process.Attach;
import dev.roadstead.adapter.process.Logs;
import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStats;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.FileChange;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.container.ProcessTable;
import dev.roadstead.container.Signal;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.ContainerOperations;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.Pruned;
import dev.roadstead.transport.EngineRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Containers of Podman. */
final class PodmanContainers implements ContainerOperations {
    private final DaemonSession session;
    private final Inspection inspection;
    private final EngineSettings settings;
    private final ContainerCalls calls;
    private final PodmanCreation creation;
    private final PodmanWaiting waiting;
    private final Logs logs;
    private final PodmanStats stats;
    private final Attach attach;
    private final PodmanUpdate updating;
    private final PodmanPruning pruning;

    PodmanContainers(DaemonSession session, Inspection inspection, PodmanPruning pruning, EngineSettings settings) {
        this.session = session;
        this.inspection = inspection;
        this.settings = settings;
        this.calls = new ContainerCalls(
                session,
                inspection,
                settings,
                PodmanLists.containers(session, Map.of())
                        .map(all -> all.stream().map(PodmanWire.Listed::id).toList()),
                "timeout");
        this.creation = new PodmanCreation(session);
        this.waiting = new PodmanWaiting(session, inspection);
        this.logs = new Logs(session, inspection, true, false);
        this.stats = new PodmanStats(session, inspection);
        this.attach = new Attach(session, inspection);
        this.updating = new PodmanUpdate(session, inspection);
        this.pruning = pruning;
    }

    @Override
    public Mono<List<Container>> list(Map<String, String> labels) {
        Map<String, List<String>> filters = labels.isEmpty()
                ? Map.of()
                : Map.of(
                        "label",
                        labels.entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .toList());
        return PodmanLists.containers(session, filters)
                .map(all -> all.stream()
                        .map(PodmanMapping::listed)
                        .filter(container -> container.labels().entrySet().containsAll(labels.entrySet()))
                        .toList());
    }

    @Override
    public Mono<Container> inspect(ContainerId id) {
        return inspection.container(id);
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        return inspection.state(id);
    }

    @Override
    public Mono<ContainerId> create(ContainerSpec spec) {
        return creation.create(spec);
    }

    /** Podman does not stop a paused one. */
    @Override
    public Mono<Boolean> stop(ContainerId id, @Nullable Duration grace) {
        return inspection.state(id).flatMap(state -> switch (state.status()) {
            // Podman would call it stopped.
            case CREATED -> Mono.just(false);
            case PAUSED -> calls.unpause(id).then(calls.stop(id, grace));
            default -> calls.stop(id, grace);
        });
    }

    /** Where it is told no time, Podman restarts without any, whatever the container's own is. */
    @Override
    public Mono<Boolean> restart(ContainerId id, @Nullable Duration grace) {
        return inspection.wire(id.value()).flatMap(wire -> {
            Mono<Boolean> restart = calls.restart(id, grace == null ? calls.ownGrace(wire) : grace);
            return InspectionMapping.state(wire.state()).status() == ContainerStatus.PAUSED
                    ? calls.unpause(id).then(restart)
                    : restart;
        });
    }

    @Override
    public Mono<ContainerState> await(ContainerId id, WaitCondition condition) {
        return waiting.await(id, condition);
    }

    /** To Podman its own name is as good as any. */
    @Override
    public Mono<Boolean> rename(ContainerId id, ContainerName name) {
        return inspection
                .wire(id.value())
                .flatMap(wire -> InspectionMapping.name(wire.name()).equals(name.value())
                        ? Mono.just(false)
                        : calls.rename(id, name));
    }

    /** What went wrong may stand in an answer of 200. */
    @Override
    public Mono<Void> remove(ContainerId id, boolean force, boolean volumes) {
        EngineRequest request = EngineRequest.delete(Target.of("containers", id.value())
                        .flag("force", force)
                        // So the service reads it (libpod 4.0 to 6.0), though its description says v.
                        .flag("volumes", volumes)
                        .with("timeout", force ? 0 : null)
                        .toString())
                .within(settings.requestTimeout().plus(ContainerCalls.DEFAULT_GRACE));
        return session.call(DaemonCall.REMOVE, "container " + id, request)
                .flatMap(reply -> reply.body().length == 0
                        ? Mono.<Void>empty()
                        : PodmanReports.all(
                                session,
                                DaemonCall.REMOVE,
                                "container " + id,
                                session.parseList(reply.body(), PodmanWire.Report.class)));
    }

    @Override
    public Mono<Attachment> attach(ContainerId id) {
        return attach.open(id);
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
        return running(id).then(calls.top(id));
    }

    /** Of one that does not run Podman says nothing, in an answer of 200. */
    private Mono<ContainerState> running(ContainerId id) {
        return inspection
                .state(id)
                .flatMap(state -> state.status().isAlive()
                        ? Mono.just(state)
                        : Mono.error(new EngineException.WrongState(
                                "CONTAINER_NOT_RUNNING",
                                "container %s is %s (expected: running)".formatted(id, state.nativeStatus()),
                                session.faults().evidence())));
    }

    @Override
    public Mono<Boolean> update(ContainerId id, ContainerChanges changes) {
        return updating.update(id, changes);
    }

    @Override
    public Mono<Pruned> prune() {
        return pruning.containers();
    }

    @Override
    public Mono<Container> find(String address) {
        return calls.find(address);
    }

    @Override
    public Mono<Boolean> start(ContainerId id) {
        return calls.start(id);
    }

    @Override
    public Mono<Boolean> kill(ContainerId id, Signal signal) {
        return calls.kill(id, signal);
    }

    @Override
    public Mono<Boolean> pause(ContainerId id) {
        return calls.pause(id);
    }

    @Override
    public Mono<Boolean> unpause(ContainerId id) {
        return calls.unpause(id);
    }

    @Override
    public Mono<List<FileChange>> changes(ContainerId id) {
        return calls.changes(id);
    }

    @Override
    public Mono<EngineStream<byte[]>> export(ContainerId id) {
        return calls.export(id);
    }

    @Override
    public Mono<String> commit(ContainerId id, CommitSpec spec) {
        // Only Docker's format has room for a message.
        return calls.commit(id, spec, spec.message() == null ? null : "docker");
    }
}
