package dev.roadstead.adapter.simulated;

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
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.Pruned;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Containers in memory. */
final class SimulatedContainers implements ContainerOperations {
    private final SimulatedHost host;
    private final SimulatedLink link;
    private final Faults faults;
    private final ContainerBirth birth;
    private final Commits commits;
    private final Stopping stopping;

    SimulatedContainers(SimulatedHost host, SimulatedLink link, ContainerBirth birth, Faults faults) {
        this.host = host;
        this.link = link;
        this.faults = faults;
        this.birth = birth;
        this.commits = new Commits(host);
        this.stopping = new Stopping(host);
    }

    @Override
    public Mono<List<Container>> list(Map<String, String> labels) {
        return link.call(
                SimulatedCall.LIST,
                () -> host.locked(() -> {
                    List<Container> listed =
                            new ArrayList<>(labels.isEmpty() ? host.containers().size() : 16);
                    for (SimulatedContainer container : host.containers().values()) {
                        if (container.spec().labels().entrySet().containsAll(labels.entrySet())) {
                            listed.add(container.describe(false));
                        }
                    }
                    return listed;
                }));
    }

    @Override
    public Mono<Container> find(String address) {
        return link.call(
                SimulatedCall.FIND, () -> host.locked(() -> host.find(address).describe(true)));
    }

    @Override
    public Mono<Container> inspect(ContainerId id) {
        return link.call(
                SimulatedCall.INSPECT,
                () -> host.locked(() -> host.container(id).describe(true)));
    }

    @Override
    public Mono<ContainerState> state(ContainerId id) {
        return link.call(
                SimulatedCall.STATE, () -> host.locked(() -> host.container(id).state()));
    }

    @Override
    public Mono<ContainerId> create(ContainerSpec spec) {
        return link.call(
                SimulatedCall.CREATE, () -> host.locked(() -> birth.create(spec).id()));
    }

    @Override
    public Mono<Boolean> start(ContainerId id) {
        return link.call(
                SimulatedCall.START,
                () -> host.locked(() -> {
                    SimulatedContainer container = host.container(id);
                    if (container.isAlive()) {
                        return false;
                    }
                    container.start();
                    return true;
                }));
    }

    @Override
    public Mono<Boolean> stop(ContainerId id, @Nullable Duration grace) {
        return link.defer(SimulatedCall.STOP, () -> stopping.stop(id, grace));
    }

    @Override
    public Mono<Boolean> restart(ContainerId id, @Nullable Duration grace) {
        return link.defer(
                SimulatedCall.RESTART,
                () -> stopping.stop(id, grace)
                        .map(_ -> host.locked(() -> {
                            SimulatedContainer container = host.container(id);
                            if (!container.isAlive()) {
                                container.start();
                            }
                            host.events().add(container, "restart", Map.of());
                            return true;
                        })));
    }

    @Override
    public Mono<Boolean> kill(ContainerId id, Signal signal) {
        return link.call(SimulatedCall.KILL, () -> {
            SimulatedRun run = host.locked(() -> {
                SimulatedContainer container = alive(id);
                host.events().add(container, "kill", Map.of("signal", signal.value()));
                return container.run();
            });
            if (run != null) {
                run.signal(signal.value());
            }
            return true;
        });
    }

    @Override
    public Mono<Boolean> pause(ContainerId id) {
        return link.call(
                SimulatedCall.PAUSE,
                () -> host.locked(() -> {
                    SimulatedContainer container = alive(id);
                    if (container.status() == ContainerStatus.PAUSED) {
                        return false;
                    }
                    container.pause();
                    host.events().add(container, "pause", Map.of());
                    return true;
                }));
    }

    @Override
    public Mono<Boolean> unpause(ContainerId id) {
        return link.call(
                SimulatedCall.UNPAUSE,
                () -> host.locked(() -> {
                    SimulatedContainer container = alive(id);
                    if (container.status() != ContainerStatus.PAUSED) {
                        return false;
                    }
                    container.unpause();
                    host.events().add(container, "unpause", Map.of());
                    return true;
                }));
    }

    @Override
    public Mono<ContainerState> await(ContainerId id, WaitCondition condition) {
        return link.defer(SimulatedCall.WAIT, () -> {
            SimulatedContainer container = host.locked(() -> host.container(id));
            if (condition == WaitCondition.HEALTHY && container.spec().healthcheck() == null) {
                return Mono.error(host.wrongState("NO_HEALTHCHECK", "%s has no health check".formatted(id)));
            }
            long exits = host.locked(container::exits);
            return container.changed().until(() -> host.locked(() -> met(container, condition, exits)));
        });
    }

    @Override
    public Mono<Boolean> rename(ContainerId id, ContainerName name) {
        return link.call(
                SimulatedCall.RENAME,
                () -> host.locked(() -> {
                    SimulatedContainer container = host.container(id);
                    if (container.name().equals(name.value())) {
                        return false;
                    }
                    birth.checkFree(name.value());
                    String before = container.name();
                    host.byName().remove(before);
                    container.rename(name.value());
                    host.byName().put(name.value(), container);
                    host.events().add(container, "rename", Map.of("old_name", before));
                    return true;
                }));
    }

    @Override
    public Mono<Void> remove(ContainerId id, boolean force, boolean volumes) {
        return link.run(
                SimulatedCall.REMOVE,
                () -> host.<@Nullable Object>locked(() -> {
                    birth.undo(host.container(id), force, volumes);
                    return null;
                }));
    }

    @Override
    public Mono<Attachment> attach(ContainerId id) {
        return link.call(
                SimulatedCall.ATTACH,
                () -> host.locked(() -> {
                    SimulatedContainer container = host.container(id);
                    SimulatedRun run = container.run();
                    if (container.status() != ContainerStatus.RUNNING || run == null) {
                        throw host.wrongState("CONTAINER_NOT_RUNNING", "%s does not run".formatted(id));
                    }
                    return run.attach();
                }));
    }

    @Override
    public Mono<EngineStream<LogEntry>> logs(ContainerId id, LogQuery query) {
        return link.call(SimulatedCall.LOGS, () -> {
            SimulatedLog log = host.locked(() -> host.container(id).log());
            Flux<LogEntry> entries = log == null ? Flux.empty() : log.read(query);
            Faults.Break logBreak = faults.logBreak();
            return Streams.of(
                    logBreak == null
                            ? entries
                            : entries.take(logBreak.entries()).concatWith(Flux.error(logBreak.cause())));
        });
    }

    @Override
    public Mono<ContainerStats> stats(ContainerId id) {
        return link.call(SimulatedCall.STATS, () -> host.locked(() -> measure(alive(id))));
    }

    @Override
    public Mono<EngineStream<ContainerStats>> statsStream(ContainerId id) {
        return link.call(SimulatedCall.STATS_STREAM, () -> {
            SimulatedContainer container = host.locked(() -> alive(id));
            Mono<Boolean> ended =
                    container.changed().until(() -> host.locked(container::isAlive) ? null : Boolean.TRUE);
            return Streams.of(Flux.interval(Duration.ZERO, Duration.ofSeconds(1), host.scheduler())
                    .onBackpressureLatest()
                    .map(_ -> host.locked(() -> measure(container)))
                    .takeUntilOther(ended));
        });
    }

    @Override
    public Mono<ProcessTable> top(ContainerId id) {
        return link.call(
                SimulatedCall.TOP,
                () -> host.locked(() -> {
                    SimulatedContainer container = alive(id);
                    List<List<String>> rows = new ArrayList<>();
                    rows.add(row(1, container.command()));
                    container
                            .execs()
                            .forEach(process -> rows.add(
                                    row(rows.size() + 1, process.setting().command())));
                    return new ProcessTable(List.of("UID", "PID", "PPID", "CMD"), rows);
                }));
    }

    @Override
    public Mono<List<FileChange>> changes(ContainerId id) {
        return link.call(SimulatedCall.CHANGES, () -> {
            FileTree tree = host.locked(() -> host.container(id).files().root());
            synchronized (tree) {
                return tree.changes();
            }
        });
    }

    @Override
    public Mono<EngineStream<byte[]>> export(ContainerId id) {
        return link.call(SimulatedCall.EXPORT, () -> {
            ContainerFiles files = host.locked(() -> host.container(id).files());
            return Streams.of(Flux.defer(() -> Tars.write(files.under("/"), "/")));
        });
    }

    @Override
    public Mono<String> commit(ContainerId id, CommitSpec spec) {
        return link.call(
                SimulatedCall.COMMIT,
                () -> host.locked(() -> {
                    SimulatedContainer container = host.container(id);
                    String image = commits.commit(container, spec);
                    host.events().add(container, "commit", Map.of("image_id", image));
                    return image;
                }));
    }

    @Override
    public Mono<Boolean> update(ContainerId id, ContainerChanges changes) {
        return link.call(
                SimulatedCall.UPDATE,
                () -> host.locked(() -> {
                    SimulatedContainer container = host.container(id);
                    ContainerSpec after = SpecChanges.apply(container.spec(), changes);
                    if (after.equals(container.spec())) {
                        return false;
                    }
                    container.become(after);
                    host.events().add(container, "update", Map.of());
                    return true;
                }));
    }

    @Override
    public Mono<ContainerId> copy(ContainerId id, ContainerName name, Map<String, String> labels) {
        return link.call(
                SimulatedCall.COPY,
                () -> host.locked(
                        () -> birth.copy(host.container(id), name, labels).id()));
    }

    @Override
    public Mono<Pruned> prune() {
        return link.call(
                SimulatedCall.PRUNE,
                () -> host.locked(() -> {
                    List<SimulatedContainer> idle = host.containers().values().stream()
                            .filter(container -> !container.isAlive())
                            .toList();
                    idle.forEach(container -> birth.undo(container, false, false));
                    return new Pruned(
                            idle.stream()
                                    .map(container -> container.id().value())
                                    .toList(),
                            0L);
                }));
    }

    private @Nullable ContainerState met(SimulatedContainer container, WaitCondition condition, long exits) {
        boolean met = switch (condition) {
            case NOT_RUNNING -> !container.isAlive();
            case NEXT_EXIT -> container.exits() > exits || container.isRemoved();
            case REMOVED -> container.isRemoved();
            case RUNNING -> container.status() == ContainerStatus.RUNNING;
            case HEALTHY -> "healthy".equals(container.state().health());
        };
        if (!met && container.isRemoved()) {
            throw new EngineException.NotFound(
                    "NO_SUCH_CONTAINER", "%s was removed meanwhile".formatted(container.id()), host.evidence());
        }
        return met ? container.state() : null;
    }

    private SimulatedContainer alive(ContainerId id) {
        SimulatedContainer container = host.container(id);
        if (!container.isAlive()) {
            throw host.wrongState("CONTAINER_NOT_RUNNING", "%s does not run".formatted(id));
        }
        return container;
    }

    private ContainerStats measure(SimulatedContainer container) {
        return Meter.measure(container, host.clock().instant());
    }

    private static List<String> row(int pid, List<String> command) {
        return List.of("root", String.valueOf(pid), pid == 1 ? "0" : "1", String.join(" ", command));
    }
}
