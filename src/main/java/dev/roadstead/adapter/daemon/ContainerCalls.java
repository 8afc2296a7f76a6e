package dev.roadstead.adapter.daemon;

import dev.roadstead.container.CommitSpec;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.FileChange;
import dev.roadstead.container.ProcessTable;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** What daemons do alike with containers: the same paths, the same answers. */
public final class ContainerCalls {
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,254}");
    private static final int SHORTEST_PREFIX = 4;

    /** Where a container has none of its own. */
    public static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private static final int NOT_MODIFIED = 304;

    private final DaemonSession session;
    private final Inspection inspection;
    private final EngineSettings settings;
    private final Mono<List<String>> ids;
    private final String graceParameter;

    /**
     * @param ids of all containers
     * @param graceParameter the query's word for the seconds to a kill
     */
    public ContainerCalls(
            DaemonSession session,
            Inspection inspection,
            EngineSettings settings,
            Mono<List<String>> ids,
            String graceParameter) {
        this.session = session;
        this.inspection = inspection;
        this.settings = settings;
        this.ids = ids;
        this.graceParameter = graceParameter;
    }

    public Mono<Container> find(String address) {
        if (!ADDRESS.matcher(address).matches()) {
            return Mono.error(() -> noSuch(address));
        }
        // The daemon prefers an exact id to an exact name to a prefix, as we do.
        return inspection
                .wire(address)
                .flatMap(wire -> meant(wire, address) ? inspection.map(wire) : Mono.error(noSuch(address)))
                .onErrorResume(
                        failure -> !(failure instanceof EngineException.NotFound) && mayBeAmbiguous(failure, address),
                        failure -> ambiguous(address, failure));
    }

    private static boolean meant(DaemonWire.Inspected wire, String address) {
        return address.length() >= SHORTEST_PREFIX || address.equals(InspectionMapping.name(wire.name()));
    }

    /** 500 up to Docker 24, 400 later. */
    private static boolean mayBeAmbiguous(Throwable failure, String address) {
        return address.chars().allMatch(digit -> Character.digit(digit, 16) >= 0)
                && (failure instanceof EngineException.Failed || failure instanceof EngineException.InvalidRequest);
    }

    private Mono<Container> ambiguous(String address, Throwable failure) {
        return ids.flatMap(all -> {
            List<String> candidates =
                    all.stream().filter(id -> id.startsWith(address)).sorted().toList();
            if (candidates.size() < 2) {
                return Mono.error(failure);
            }
            return Mono.error(
                    address.length() < SHORTEST_PREFIX
                            ? noSuch(address)
                            : new EngineException.Conflict(
                                    "AMBIGUOUS_ADDRESS",
                                    "%s fits %d containers".formatted(address, candidates.size()),
                                    session.faults().evidence().with("candidates", candidates)));
        });
    }

    private EngineException noSuch(String address) {
        return new EngineException.NotFound(
                "NO_SUCH_CONTAINER",
                "no such container: " + address,
                session.faults().evidence());
    }

    public Mono<Boolean> start(ContainerId id) {
        return call(DaemonCall.START, id, EngineRequest.post(target(id, "start").toString()))
                .map(ContainerCalls::changed);
    }

    public Mono<Boolean> stop(ContainerId id, @Nullable Duration grace) {
        return withGrace(id, "stop", grace).map(ContainerCalls::changed);
    }

    public Mono<Boolean> restart(ContainerId id, @Nullable Duration grace) {
        return withGrace(id, "restart", grace).thenReturn(true);
    }

    /** The daemon answers only when it is done: the grace comes on top of the time for an answer. */
    private Mono<EngineReply> withGrace(ContainerId id, String action, @Nullable Duration grace) {
        // Docker knows whole seconds: half a second must not become none.
        Long seconds = grace == null ? null : grace.plusNanos(999_999_999).toSeconds();
        Mono<Duration> length = seconds != null
                ? Mono.just(Duration.ofSeconds(seconds))
                : inspection.wire(id.value()).map(this::ownGrace);
        return length.flatMap(time -> call(
                DaemonCall.CONTAINER,
                id,
                EngineRequest.post(
                                target(id, action).with(graceParameter, seconds).toString())
                        .within(settings.requestTimeout().plus(time))));
    }

    /** How long a container may take to end by itself where a call does not tell. */
    public Duration ownGrace(DaemonWire.Inspected wire) {
        BigInteger seconds = wire.config() == null ? null : wire.config().stopTimeout();
        if (seconds == null) {
            return DEFAULT_GRACE;
        }
        // Negative for Docker, the largest number for Podman: for as long as it takes.
        boolean bounded = seconds.signum() >= 0 && seconds.bitLength() < Integer.SIZE;
        return bounded ? Duration.ofSeconds(seconds.longValue()) : settings.idleTimeout();
    }

    public Mono<Boolean> kill(ContainerId id, Signal signal) {
        return call(
                        DaemonCall.CONTAINER,
                        id,
                        EngineRequest.post(target(id, "kill")
                                .with("signal", signal.value())
                                .toString()))
                .thenReturn(true);
    }

    public Mono<Boolean> pause(ContainerId id) {
        return unlessAlready(id, "pause", ContainerStatus.PAUSED);
    }

    public Mono<Boolean> unpause(ContainerId id) {
        return unlessAlready(id, "unpause", ContainerStatus.RUNNING);
    }

    /** Statuses and words of a refusal differ between versions; the state afterwards does not lie. */
    private Mono<Boolean> unlessAlready(ContainerId id, String action, ContainerStatus wanted) {
        return call(
                        DaemonCall.CONTAINER,
                        id,
                        EngineRequest.post(target(id, action).toString()))
                .thenReturn(true)
                .onErrorResume(
                        failure -> failure instanceof EngineException.WrongState
                                || failure instanceof EngineException.Failed,
                        failure -> inspection.state(id).flatMap(state -> {
                            if (state.status() == wanted) {
                                return Mono.just(false);
                            }
                            return Mono.error(state.status().isAlive() ? failure : notRunning(id, state, failure));
                        }));
    }

    /** That it does not run, by a state that says so. */
    public EngineException notRunning(ContainerId id, ContainerState state, Throwable refusal) {
        EngineException.WrongState wrong = new EngineException.WrongState(
                "CONTAINER_NOT_RUNNING",
                "container %s is %s (expected: running)".formatted(id, state.nativeStatus()),
                refusal instanceof EngineException known
                        ? known.evidence()
                        : session.faults().evidence());
        wrong.addSuppressed(refusal);
        return wrong;
    }

    public Mono<Boolean> rename(ContainerId id, ContainerName name) {
        return call(
                        DaemonCall.RENAME,
                        id,
                        EngineRequest.post(
                                target(id, "rename").with("name", name.value()).toString()))
                .thenReturn(true)
                .onErrorResume(
                        failure -> failure instanceof EngineException.InvalidRequest
                                || failure instanceof EngineException.AlreadyExists,
                        failure -> inspection
                                .wire(id.value())
                                .flatMap(wire -> name.value().equals(InspectionMapping.name(wire.name()))
                                        ? Mono.just(false)
                                        : Mono.error(failure)));
    }

    public Mono<ProcessTable> top(ContainerId id) {
        EngineRequest request = EngineRequest.get(target(id, "top").toString());
        return session.read(DaemonCall.CONTAINER, "container " + id, request, DaemonWire.Top.class)
                .map(top -> new ProcessTable(
                        top.titles() == null ? List.of() : top.titles(),
                        top.processes() == null ? List.of() : top.processes()));
    }

    public Mono<List<FileChange>> changes(ContainerId id) {
        EngineRequest request = EngineRequest.get(target(id, "changes").toString());
        return session.readList(DaemonCall.CONTAINER, "container " + id, request, DaemonWire.Change.class)
                .map(FileMapping::changes);
    }

    public Mono<EngineStream<byte[]>> export(ContainerId id) {
        return session.open(
                        DaemonCall.CONTAINER,
                        "container " + id,
                        EngineRequest.get(target(id, "export").toString()),
                        Silence.BOUNDED)
                .map(reply -> Archive.of(session.faults(), reply));
    }

    /** Makes an image of it.
     *
     * @param format of the image; null: the daemon's own
     */
    public Mono<String> commit(ContainerId id, CommitSpec spec, @Nullable String format) {
        Target target = Target.of("commit")
                .with("container", id)
                .with("repo", spec.repository())
                .with("tag", spec.tag())
                .with("comment", spec.message())
                .with("author", spec.author())
                .with("format", format)
                .flag("pause", spec.pause());
        spec.changes().forEach(change -> target.with("changes", change));
        // Copies all that was written: as long as a transfer may be silent.
        EngineRequest request = EngineRequest.post(target.toString()).within(settings.idleTimeout());
        return session.read(DaemonCall.COMMIT, "container " + id, request, DaemonWire.Id.class)
                .map(made -> {
                    if (made.id() == null) {
                        throw session.faults().nonsense("a commit without an image id", null);
                    }
                    return made.id();
                });
    }

    private Mono<EngineReply> call(DaemonCall call, ContainerId id, EngineRequest request) {
        return session.call(call, "container " + id, request);
    }

    private static boolean changed(EngineReply reply) {
        return reply.status() != NOT_MODIFIED;
    }

    static Target target(ContainerId id, String action) {
        return Target.of("containers", id.value(), action);
    }
}
