package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.ContainerCalls;
import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Inspection;
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

/** Containers of a Docker daemon. */
final class DockerContainers implements ContainerOperations {
    private final DaemonSession session;
    private final Inspection inspection;
    private final EngineSettings settings;
    private final ContainerCalls calls;
    private final DockerCreation creation;
    private final DockerUpdate updating;
    private final DockerPruning pruning;
    private final DockerWaiting waiting;
    private final Logs logs;
    private final DockerStats stats;
    private final Attach attach;

    DockerContainers(DaemonSession session, Inspection inspection, DockerPruning pruning, EngineSettings settings) {
        this.session = session;
        this.inspection = inspection;
        this.settings = settings;
        this.calls = new ContainerCalls(
                session,
                inspection,
                settings,
                DockerLists.containers(session, Map.of())
                        .map(all -> all.stream().map(DockerWire.Listed::id).toList()),
                "t");
        this.creation = new DockerCreation(session);
        this.updating = new DockerUpdate(session, inspection);
        this.pruning = pruning;
        this.waiting = new DockerWaiting(session, inspection);
        this.logs = new Logs(session, inspection, false, true);
        this.stats = new DockerStats(session, inspection);
        this.attach = new Attach(session, inspection);
    }

    @Override
    public Mono<List<Container>> list(Map<String, String> labels) {
        return listed(Map.of(
                        "label",
                        labels.entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .toList()))
                .map(all -> all.stream()
                        .map(DockerMapping::listed)
                        .filter(container -> container.labels().entrySet().containsAll(labels.entrySet()))
                        .toList());
    }

    private Mono<List<DockerWire.Listed>> listed(Map<String, List<String>> filters) {
        return DockerLists.containers(session, filters);
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

    @Override
    public Mono<ContainerState> await(ContainerId id, WaitCondition condition) {
        return waiting.await(id, condition);
    }

    @Override
    public Mono<Void> remove(ContainerId id, boolean force, boolean volumes) {
        EngineRequest request = EngineRequest.delete(Target.of("containers", id.value())
                        .flag("force", force)
                        .flag("v", volumes)
                        .toString())
                // Killing may take Docker ten seconds.
                .within(settings.requestTimeout().plus(ContainerCalls.DEFAULT_GRACE));
        return session.call(DaemonCall.REMOVE, "container " + id, request)
                .then()
                .onErrorResume(
                        failure -> failure instanceof EngineException.Conflict conflict
                                && conflict.code().equals("REMOVAL_IN_PROGRESS"),
                        _ -> waiting.untilRemoved(id).timeout(settings.requestTimeout(), stillThere(id)));
    }

    private Mono<Void> stillThere(ContainerId id) {
        return Mono.error(() -> new EngineException.TimedOut(
                "container %s is still being removed".formatted(id),
                session.faults().evidence(),
                null));
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
    public Mono<Container> find(String address) {
        return calls.find(address);
    }

    @Override
    public Mono<Boolean> start(ContainerId id) {
        return calls.start(id);
    }

    @Override
    public Mono<Boolean> stop(ContainerId id, @Nullable Duration grace) {
        return calls.stop(id, grace);
    }

    @Override
    public Mono<Boolean> restart(ContainerId id, @Nullable Duration grace) {
        return calls.restart(id, grace);
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
    public Mono<Boolean> rename(ContainerId id, ContainerName name) {
        return calls.rename(id, name);
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id) {
        return calls.top(id);
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
        return calls.commit(id, spec, null);
    }
}
