package dev.roadstead.adapter.simulated;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.engine.EngineException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A container: its state and what changes it. Guarded by the host; what ends by itself takes the host's lock to say so. */
final class SimulatedContainer {
    private final SimulatedHost host;
    private final ContainerId id;
    private final SimulatedImage image;
    private final Instant createdAt;
    private final List<Mount> mounts;
    private final List<SimulatedNetwork.Attachment> attachments = new ArrayList<>(1);
    private final Bell changed;
    private final Map<String, SimulatedSnapshot> snapshots = new LinkedHashMap<>(0);
    private ContainerSpec spec;
    private String name;
    private ContainerStatus status = ContainerStatus.CREATED;
    private List<PortMapping> ports;
    private long exits;
    private boolean wantedDown;
    private boolean removed;
    private @Nullable Integer exitCode;
    private @Nullable String health;
    private @Nullable Instant startedAt;
    private @Nullable Instant finishedAt;
    private @Nullable SimulatedRun run;
    private @Nullable SimulatedLog log;
    private @Nullable ContainerFiles files;
    private @Nullable Set<SimulatedProcess> execs;

    SimulatedContainer(
            SimulatedHost host,
            ContainerId id,
            String name,
            ContainerSpec spec,
            SimulatedImage image,
            Instant createdAt,
            List<Mount> mounts) {
        this.host = host;
        this.id = id;
        this.name = name;
        this.spec = spec;
        this.image = image;
        this.createdAt = createdAt;
        this.mounts = mounts;
        this.ports = spec.ports();
        this.changed = new Bell(host.scheduler());
    }

    ContainerId id() {
        return id;
    }

    String name() {
        return name;
    }

    ContainerSpec spec() {
        return spec;
    }

    SimulatedImage image() {
        return image;
    }

    List<Mount> mounts() {
        return mounts;
    }

    List<SimulatedNetwork.Attachment> attachments() {
        return attachments;
    }

    /** Rung at every change of the state. */
    Bell changed() {
        return changed;
    }

    long exits() {
        return exits;
    }

    boolean isRemoved() {
        return removed;
    }

    boolean isAlive() {
        return status.isAlive();
    }

    ContainerStatus status() {
        return status;
    }

    @Nullable
    Instant startedAt() {
        return startedAt;
    }

    @Nullable
    SimulatedRun run() {
        return run;
    }

    @Nullable
    SimulatedLog log() {
        return log;
    }

    /** By name, oldest first. */
    Map<String, SimulatedSnapshot> snapshots() {
        return snapshots;
    }

    /** It shall be so from now on; its present process keeps what it began with. */
    void become(ContainerSpec other) {
        spec = other;
        changed.ring();
    }

    /** Its own files are these from now on; what is mounted stays. */
    void contain(FileTree tree) {
        files = new ContainerFiles(tree, mountedTrees());
    }

    void rename(String newName) {
        name = newName;
    }

    /** Its files; before the first use they cost nothing. */
    ContainerFiles files() {
        if (files == null) {
            files = new ContainerFiles(new FileTree(image.files()), mountedTrees());
        }
        return files;
    }

    private Map<String, FileTree> mountedTrees() {
        Map<String, FileTree> trees = new HashMap<>();
        for (Mount mount : mounts) {
            String source = mount.source();
            FileTree tree = switch (mount.type()) {
                case VOLUME -> host.volume(String.valueOf(source)).files();
                case BIND -> host.folder(String.valueOf(source));
                case TMPFS, OTHER -> SimulatedVolume.emptyTree(createdAt);
            };
            trees.put(Paths.resolve("/", mount.target()), tree);
        }
        return trees;
    }

    /** Processes beside the main one. */
    Set<SimulatedProcess> execs() {
        if (execs == null) {
            execs = new HashSet<>();
        }
        return execs;
    }

    /** What its main process is. */
    List<String> command() {
        List<String> command = new ArrayList<>();
        List<String> ownEntrypoint = spec.entrypoint();
        command.addAll(ownEntrypoint == null ? image.config().entrypoint() : ownEntrypoint);
        List<String> ownCommand = spec.command();
        if (ownCommand != null) {
            command.addAll(ownCommand);
        } else if (ownEntrypoint == null) {
            command.addAll(image.config().command());
        }
        return command;
    }

    /** Starts it; it does not run yet. */
    void start() {
        List<String> command = command();
        if (!command.isEmpty() && !ShellCommands.offers(command.getFirst())) {
            throw new EngineException.InvalidRequest(
                    "NO_SUCH_PROGRAM", "there is no program %s".formatted(command.getFirst()), host.evidence());
        }
        List<PortMapping> published = new ArrayList<>();
        try {
            spec.ports().forEach(port -> published.add(host.publish(port, id)));
        } catch (RuntimeException e) {
            host.release(id);
            throw e;
        }
        ports = List.copyOf(published);
        startedAt = host.clock().instant();
        finishedAt = null;
        exitCode = null;
        wantedDown = false;
        status = ContainerStatus.RUNNING;
        SimulatedRun started = new SimulatedRun(host, this, log);
        run = started;
        log = started.log();
        health = started.initialHealth();
        host.events().add(this, "start", Map.of());
        started.begin();
        changed.ring();
    }

    /** Brings a demonstration container into a state without the way there. */
    void pretend(ContainerStatus newStatus, Instant since) {
        if (newStatus == ContainerStatus.STOPPED) {
            startedAt = since;
            finishedAt = since.plusSeconds(60);
            exitCode = 0;
            exits = 1;
            status = newStatus;
        } else if (newStatus.isAlive()) {
            start();
            status = newStatus;
        }
    }

    void pause() {
        status = ContainerStatus.PAUSED;
        if (run != null) {
            run.freeze();
        }
        changed.ring();
    }

    void unpause() {
        status = ContainerStatus.RUNNING;
        if (run != null) {
            run.thaw();
        }
        changed.ring();
    }

    /** Its restart policy shall leave it down. */
    void wantDown() {
        wantedDown = true;
        if (status == ContainerStatus.RESTARTING) {
            settle(ContainerStatus.STOPPED);
        }
    }

    /** Its main process has ended. */
    void ended(SimulatedRun which, int code) {
        if (which != run || !isAlive()) {
            return;
        }
        exits++;
        exitCode = code;
        finishedAt = host.clock().instant();
        health = null;
        if (execs != null) {
            List.copyOf(execs).forEach(SimulatedProcess::kill);
            execs.clear();
        }
        host.release(id);
        ports = spec.ports();
        host.events().add(this, "die", Map.of("exit_code", String.valueOf(code)));
        settle(isRestarted(code) ? ContainerStatus.RESTARTING : ContainerStatus.STOPPED);
        if (status == ContainerStatus.RESTARTING) {
            which.again(this::restart);
        }
    }

    void healthIs(SimulatedRun which, String newHealth) {
        if (which == run && isAlive()) {
            if (!newHealth.equals(health)) {
                host.events().add(this, "health", Map.of("status", newHealth));
            }
            health = newHealth;
            changed.ring();
        }
    }

    /** It is no longer there; its process must have ended. */
    void remove() {
        removed = true;
        changed.ring();
    }

    ContainerState state() {
        return new ContainerState(status, nativeStatus(), exitCode, health, startedAt, finishedAt);
    }

    /** Everything about it.
     *
     * @param inspected whether also what lists leave out */
    Container describe(boolean inspected) {
        boolean alive = isAlive();
        return new Container(
                id,
                name,
                spec.image(),
                image.id(),
                state(),
                createdAt,
                inspected ? spec.env() : null,
                spec.labels(),
                spec.command(),
                inspected ? spec.entrypoint() : null,
                spec.workingDir() == null ? image.config().workingDir() : spec.workingDir(),
                spec.user() == null ? image.config().user() : spec.user(),
                hostname(),
                inspected ? spec.tty() : null,
                ports,
                mounts,
                attachments.stream()
                        .map(attachment -> attachment.describe(alive))
                        .toList(),
                spec.resources(),
                spec.restartPolicy());
    }

    String hostname() {
        return spec.hostname() == null ? id.value().substring(0, 12) : spec.hostname();
    }

    private void settle(ContainerStatus newStatus) {
        status = newStatus;
        changed.ring();
    }

    private void restart() {
        if (!removed && status == ContainerStatus.RESTARTING) {
            start();
        }
    }

    private boolean isRestarted(int code) {
        RestartPolicy policy = spec.restartPolicy();
        if (policy == null || wantedDown) {
            return false;
        }
        return switch (policy.name()) {
            case NO -> false;
            case ALWAYS, UNLESS_STOPPED -> true;
            case ON_FAILURE -> code != 0 && (policy.maxRetries() == 0 || exits <= policy.maxRetries());
        };
    }

    private String nativeStatus() {
        return status == ContainerStatus.STOPPED ? "exited" : status.word();
    }
}
