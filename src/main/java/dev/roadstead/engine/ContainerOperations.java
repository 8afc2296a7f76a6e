package dev.roadstead.engine;

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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * What an engine does with containers. Lazy: nothing is sent before subscription; cancelling aborts the call. Every failure is an
 * {@link EngineException}; a container that is not there is {@link EngineException.NotFound} with {@code NO_SUCH_CONTAINER}. Actions
 * emit whether they changed anything: one that finds the container in the wanted state already emits false.
 */
public interface ContainerOperations {
    /**
     * All containers, in every state, with what the engine's list tells.
     *
     * @param labels only those that bear all these labels with these values
     */
    Mono<List<Container>> list(Map<String, String> labels);

    /**
     * Finds one: by exact native id, then by exact name, then by a unique id prefix of at least 4 characters.
     *
     * @return the container, inspected; fails with {@link EngineException.Conflict} ({@code AMBIGUOUS_ADDRESS}, {@code
     *     details.candidates}) if the prefix fits several
     */
    Mono<Container> find(String address);

    /** Everything the engine tells about one. */
    Mono<Container> inspect(ContainerId id);

    /** Only the state, as cheaply as the engine can. */
    Mono<ContainerState> state(ContainerId id);

    /**
     * Makes a container, not started. Nothing is pulled.
     *
     * @return its id; fails with {@link EngineException.NotFound} ({@code NO_SUCH_IMAGE}, {@code NO_SUCH_NETWORK}), {@link
     *     EngineException.AlreadyExists} ({@code NAME_IN_USE}), {@link EngineException.Unsupported} (with {@code details.field}) before
     *     anything is made
     */
    Mono<ContainerId> create(ContainerSpec spec);

    /** Starts it; a published port that is taken is {@link EngineException.Conflict} ({@code PORT_IN_USE}). */
    Mono<Boolean> start(ContainerId id);

    /**
     * Stops it, kindly first.
     *
     * @param grace time from SIGTERM to SIGKILL, rounded up to seconds, zero kills at once; null: the container's own
     */
    Mono<Boolean> stop(ContainerId id, @Nullable Duration grace);

    /** Stops it if it runs, then starts it; emits true. */
    @Requires(Capability.RESTART)
    Mono<Boolean> restart(ContainerId id, @Nullable Duration grace);

    /** Sends a signal; one that does not run is {@link EngineException.WrongState}. */
    @Requires(Capability.KILL)
    Mono<Boolean> kill(ContainerId id, Signal signal);

    /** Freezes its processes; one that does not run is {@link EngineException.WrongState}. */
    @Requires(Capability.PAUSE)
    Mono<Boolean> pause(ContainerId id);

    /** Thaws its processes; one that does not run is {@link EngineException.WrongState}, a running one emits false. */
    @Requires(Capability.PAUSE)
    Mono<Boolean> unpause(ContainerId id);

    /** Waits without a bound of its own; emits the state that met the condition. {@code HEALTHY} without a health check is WrongState. */
    @Requires(Capability.WAIT)
    Mono<ContainerState> await(ContainerId id, WaitCondition condition);

    /** Gives it another name; a taken one is {@link EngineException.AlreadyExists} ({@code NAME_IN_USE}). */
    @Requires(Capability.RENAME)
    Mono<Boolean> rename(ContainerId id, ContainerName name);

    /**
     * Removes it.
     *
     * @param force also a running one; without it that is {@link EngineException.WrongState} ({@code CONTAINER_RUNNING})
     * @param volumes its anonymous volumes too, never named ones
     */
    Mono<Void> remove(ContainerId id, boolean force, boolean volumes);

    /** Its log; without {@link LogQuery#follow()} it ends. A following stream ends when the container's main process does. */
    @Requires(Capability.LOGS)
    Mono<EngineStream<LogEntry>> logs(ContainerId id, LogQuery query);

    /** Joins its main process: what it writes from now on, its input, its terminal. One that does not run is {@link EngineException.WrongState}. */
    @Requires(Capability.ATTACH)
    Mono<Attachment> attach(ContainerId id);

    /** What it uses now; takes at most about a second. One that does not run is {@link EngineException.WrongState}. */
    @Requires(Capability.STATS)
    Mono<ContainerStats> stats(ContainerId id);

    /** What it uses, about once a second, until it ends. One that does not run is {@link EngineException.WrongState}. */
    @Requires(Capability.STATS)
    Mono<EngineStream<ContainerStats>> statsStream(ContainerId id);

    /** Its processes; one that does not run is {@link EngineException.WrongState}. */
    @Requires(Capability.TOP)
    Mono<ProcessTable> top(ContainerId id);

    /** Where its file system differs from its image's. */
    @Requires(Capability.CHANGES)
    Mono<List<FileChange>> changes(ContainerId id);

    /** Its whole file system as a tar. */
    @Requires(Capability.EXPORT)
    Mono<EngineStream<byte[]>> export(ContainerId id);

    /** Makes an image of it; emits the image's id. */
    @Requires(Capability.COMMIT)
    Mono<String> commit(ContainerId id, CommitSpec spec);

    /**
     * Changes it in place, all or nothing; emits whether anything changed. What this engine cannot change in place is {@link
     * EngineException.Unsupported} ({@code UPDATE_ENV}, {@code UPDATE_LABELS}, {@code UPDATE_RESOURCES}, {@code
     * UPDATE_RESTART_POLICY}, with {@code details.field}), and nothing is changed then.
     */
    default Mono<Boolean> update(ContainerId id, ContainerChanges changes) {
        return Mono.error(() -> new EngineException.Unsupported(
                changes.env() != null
                        ? Capability.UPDATE_ENV
                        : changes.labels() != null ? Capability.UPDATE_LABELS : Capability.UPDATE_RESOURCES,
                null,
                EngineException.Evidence.NONE));
    }

    /**
     * Makes another one like it, file system included, not started.
     *
     * @param labels all that the new one bears
     * @return its id; a taken name is {@link EngineException.AlreadyExists} ({@code NAME_IN_USE})
     */
    @Requires(Capability.CLONE)
    default Mono<ContainerId> copy(ContainerId id, ContainerName name, Map<String, String> labels) {
        return Mono.error(() -> new EngineException.Unsupported(Capability.CLONE, null, EngineException.Evidence.NONE));
    }

    /** Removes every container that does not run and is not paused. */
    @Requires(Capability.PRUNE)
    default Mono<Pruned> prune() {
        return Mono.error(() -> new EngineException.Unsupported(Capability.PRUNE, null, EngineException.Evidence.NONE));
    }
}
