package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.Clients;
import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Dialect;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.passthrough.PassThrough;
import dev.roadstead.adapter.process.Exec;
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
import dev.roadstead.engine.PodOperations;
import dev.roadstead.engine.VolumeOperations;
import dev.roadstead.transport.EngineRequest;
import java.net.URI;
import java.time.Duration;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** One Podman service (libpod API 4.0 and later). */
final class PodmanEngine implements Engine {
    private final EngineSettings settings;
    private final Clients clients;
    private final DaemonSession session;
    private final PodmanContainers containers;
    private final PodmanFiles files;
    private final ExecOperations exec;
    private final PodmanImages images;
    private final PodmanVolumes volumes;
    private final PodmanNetworks networks;
    private final EventSource events;
    private final PodmanPods pods;

    PodmanEngine(EngineSettings settings, Clients clients, JsonMapper json) {
        this.settings = settings;
        this.clients = clients;
        Dialect dialect = new PodmanDialect(settings.name().value(), json);
        this.session = new DaemonSession(clients.calls(), json, dialect);
        Inspection inspection = new Inspection(session, PodmanMapping::sense);
        PodmanPruning pruning = new PodmanPruning(session, settings);
        this.containers = new PodmanContainers(session, inspection, pruning, settings);
        this.files = new PodmanFiles(session, inspection);
        this.exec = new Exec(session, inspection, new PodmanExecTerms(), settings.requestTimeout());
        this.images = new PodmanImages(session, pruning, settings);
        this.volumes = new PodmanVolumes(session, pruning);
        this.networks = new PodmanNetworks(session, inspection, pruning);
        this.pods = new PodmanPods(session, settings);
        this.events = PodmanEvents.of(new DaemonSession(clients.events(), json, dialect));
    }

    @Override
    public EngineName name() {
        return settings.name();
    }

    @Override
    public EngineKind kind() {
        return EngineKind.PODMAN;
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
                .map(known -> new EngineDescription(
                        known.engineVersion(), known.api().toString(), PodmanCapabilities.of(known)));
    }

    @Override
    public Mono<Duration> ping() {
        return session.unversioned(EngineRequest.get("/libpod/_ping"))
                .elapsed()
                .map(timed -> Duration.ofMillis(timed.getT1()));
    }

    @Override
    public Mono<EngineInfo> info() {
        return session.read(DaemonCall.DAEMON, "its info", EngineRequest.get("/info"), PodmanWire.HostInfo.class)
                .map(PodmanHostMapping::info);
    }

    @Override
    public Mono<DiskUsage> diskUsage() {
        // Walks every layer and volume: as long as a transfer may be silent.
        EngineRequest request = EngineRequest.get("/system/df").within(settings.idleTimeout());
        return session.read(DaemonCall.DAEMON, "its disk usage", request, PodmanWire.DiskUsage.class)
                .map(PodmanHostMapping::diskUsage);
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
    public PodOperations pods() {
        return pods;
    }

    @Override
    public NativeAccess nativeAccess() {
        return new PassThrough(
                clients.calls(), session.agreement().map(known -> new NativeApi(kind().word(), known.engineVersion())));
    }

    @Override
    public Mono<Void> close() {
        return clients.events().close().then(clients.calls().close());
    }
}
