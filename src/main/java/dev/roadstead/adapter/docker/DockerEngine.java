package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.Clients;
import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Dialect;
import dev.roadstead.adapter.daemon.Files;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.passthrough.PassThrough;
import dev.roadstead.adapter.process.Exec;
import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Capability.Support;
import dev.roadstead.engine.ContainerOperations;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineInfo;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.engine.EngineName;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.EventSource;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.FileOperations;
import dev.roadstead.engine.ImageOperations;
import dev.roadstead.engine.NativeAccess;
import dev.roadstead.engine.NativeApi;
import dev.roadstead.engine.NetworkOperations;
import dev.roadstead.engine.VolumeOperations;
import dev.roadstead.transport.EngineRequest;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** One Docker daemon (Docker Engine API v1.40 to v1.55). */
final class DockerEngine implements Engine {
    private static final Capabilities CAPABILITIES = Capabilities.allNativeBut(
            Map.ofEntries(
                    Map.entry(
                            Capability.EXEC_SIGNAL,
                            Support.emulated(
                                    "a second process in the container sends it, by the container's own shell")),
                    Map.entry(
                            Capability.CONSOLE,
                            Support.unsupported(
                                    "the main process has the terminal and the input that it was created with, or none")),
                    Map.entry(
                            Capability.LOGS_BINARY,
                            Support.unsupported("Docker keeps its logs as JSON, which has no bytes that are no text")),
                    Map.entry(Capability.PROJECTS, Support.unsupported("Docker has no projects")),
                    Map.entry(Capability.PODS, Support.unsupported("Docker has no pods")),
                    Map.entry(Capability.TRUST, Support.unsupported("Docker trusts by its certificate authority")),
                    Map.entry(
                            Capability.CLONE,
                            Support.unsupported("an image made of a Docker container bears its environment and its"
                                    + " labels for good: no copy would be like the first, with labels of its own")),
                    Map.entry(
                            Capability.PRUNE,
                            Support.emulated("networks, and volumes before API 1.42, are removed one by one: Docker"
                                    + " itself would take more than what nobody uses")),
                    Map.entry(Capability.UPDATE_ENV, Support.unsupported("Docker fixes it at create")),
                    Map.entry(Capability.UPDATE_LABELS, Support.unsupported("Docker fixes them at create")),
                    Map.entry(Capability.SNAPSHOTS, Support.unsupported("Docker keeps no snapshots of containers")),
                    Map.entry(
                            Capability.SNAPSHOT_STATEFUL,
                            Support.unsupported("Docker keeps no snapshots of containers")),
                    Map.entry(
                            Capability.WAIT,
                            Support.emulated(
                                    "running and healthy are learned from events, the other conditions from the engine's wait"))));

    private final EngineSettings settings;
    private final Clients clients;
    private final DaemonSession session;
    private final DockerContainers containers;
    private final Files files;
    private final ExecOperations exec;
    private final DockerImages images;
    private final DockerVolumes volumes;
    private final DockerNetworks networks;
    private final EventSource events;

    DockerEngine(EngineSettings settings, Clients clients, JsonMapper json) {
        this.settings = settings;
        this.clients = clients;
        Dialect dialect = new DockerDialect(settings.name().value(), json);
        this.session = new DaemonSession(clients.calls(), json, dialect);
        Inspection inspection = new Inspection(session, UnaryOperator.identity());
        DockerPruning pruning = new DockerPruning(session, settings);
        this.containers = new DockerContainers(session, inspection, pruning, settings);
        this.files = new Files(session, inspection);
        this.exec = new Exec(session, inspection, new DockerExecTerms(), settings.requestTimeout());
        this.images = new DockerImages(session, pruning, settings);
        this.volumes = new DockerVolumes(session, pruning);
        this.networks = new DockerNetworks(session, inspection, pruning);
        this.events = DockerEvents.of(new DaemonSession(clients.events(), json, dialect));
    }

    @Override
    public EngineName name() {
        return settings.name();
    }

    @Override
    public EngineKind kind() {
        return EngineKind.DOCKER;
    }

    @Override
    public URI endpoint() {
        return settings.uri();
    }

    @Override
    public Duration patience() {
        return settings.requestTimeout();
    }

    @Override
    public Mono<EngineDescription> describe() {
        return session.agreement()
                .map(known ->
                        new EngineDescription(known.engineVersion(), known.api().toString(), CAPABILITIES));
    }

    @Override
    public Mono<Duration> ping() {
        return session.unversioned(EngineRequest.get("/_ping"))
                .elapsed()
                .map(timed -> Duration.ofMillis(timed.getT1()));
    }

    @Override
    public Mono<EngineInfo> info() {
        return session.read(DaemonCall.DAEMON, "its info", EngineRequest.get("/info"), DockerWire.HostInfo.class)
                .map(DockerHostMapping::info);
    }

    @Override
    public Mono<DiskUsage> diskUsage() {
        // Walks every layer and volume: as long as a transfer may be silent.
        EngineRequest request = EngineRequest.get("/system/df").within(settings.idleTimeout());
        return session.read(DaemonCall.DAEMON, "its disk usage", request, DockerWire.DiskUsage.class)
                .map(DockerHostMapping::diskUsage);
    }

    @Override
    public ContainerOperations containers() {
        return containers;
    }

    @Override
    public FileOperations files() {
        return files;
    }

    @Override
    public ExecOperations exec() {
        return exec;
    }

    @Override
    public ImageOperations images() {
        return images;
    }

    @Override
    public VolumeOperations volumes() {
        return volumes;
    }

    @Override
    public NetworkOperations networks() {
        return networks;
    }

    @Override
    public EventSource events() {
        return events;
    }

    @Override
    public NativeAccess nativeAccess() {
        return new PassThrough(
                clients.calls(),
                session.agreement()
                        .map(known -> new NativeApi(kind().word(), known.api().toString())));
    }

    @Override
    public Mono<Void> close() {
        return clients.events().close().then(clients.calls().close());
    }
}
