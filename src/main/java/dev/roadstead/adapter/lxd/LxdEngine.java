package dev.roadstead.adapter.lxd;

import dev.roadstead.adapter.passthrough.PassThrough;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.ContainerOperations;
import dev.roadstead.engine.DiskUsage;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.EngineDescription;
import dev.roadstead.engine.EngineException;
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
import dev.roadstead.engine.SnapshotOperations;
import dev.roadstead.engine.TrustProof;
import dev.roadstead.engine.VolumeOperations;
import dev.roadstead.transport.EngineHttpClient;
import java.net.URI;
import java.time.Duration;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** One LXD or Incus daemon (REST API 1.0). */
final class LxdEngine implements Engine {
    private static final String API = "1.0";

    private final EngineSettings settings;
    private final EngineHttpClient http;
    private final EngineHttpClient waits;
    private final LxdSession session;
    private final LxdSnapshots snapshots;
    private final LxdImages images;
    private final LxdVolumes volumes;
    private final LxdNetworks networks;
    private final LxdHost host;
    private final LxdFiles files;
    private final LxdContainers containers;
    private final LxdExec exec;
    private final LxdEvents events;

    /** @param waits another way to the same daemon, for waiting only */
    LxdEngine(EngineSettings settings, EngineHttpClient http, EngineHttpClient waits, JsonMapper json) {
        this.settings = settings;
        this.http = http;
        this.waits = waits;
        this.session =
                new LxdSession(http, waits, json, new LxdErrors(settings.name().value(), json));
        this.snapshots = new LxdSnapshots(session);
        LxdAliases aliases = new LxdAliases(session);
        LxdCopies copies = new LxdCopies(session, snapshots, aliases);
        this.images = new LxdImages(session, settings, aliases, copies);
        this.volumes = new LxdVolumes(session);
        this.networks = new LxdNetworks(session);
        this.host = new LxdHost(session, copies, images, volumes);
        this.files = new LxdFiles(session, settings);
        LxdInstances instances = new LxdInstances(session);
        this.exec = new LxdExec(session, settings.requestTimeout());
        this.events = new LxdEvents(session);
        this.containers = new LxdContainers(
                session, instances, events, exec, copies, files, new AnonymousVolumes(session, volumes));
    }

    @Override
    public EngineName name() {
        return settings.name();
    }

    @Override
    public EngineKind kind() {
        return settings.kind();
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
        return session.dialect()
                .map(known -> new EngineDescription(known.version(), API, LxdCapabilities.of(known, overSocket())));
    }

    private boolean overSocket() {
        return "unix".equals(settings.uri().getScheme());
    }

    @Override
    public Mono<Void> trust(TrustProof proof) {
        return overSocket()
                ? Mono.error(() -> new EngineException.Unsupported(
                        Capability.TRUST,
                        LxdCapabilities.TRUSTED_ANYWAY,
                        session.errors().evidence()))
                : Mono.defer(() -> new LxdTrust(session).ask(proof));
    }

    /** A daemon that answers a stranger does not work for it. */
    @Override
    public Mono<Duration> ping() {
        return session.server()
                .flatMap(told -> "untrusted".equals(told.auth())
                        ? Mono.<LxdWire.Server>error(session.errors().untrusted())
                        : Mono.just(told))
                .elapsed()
                .map(timed -> Duration.ofMillis(timed.getT1()));
    }

    @Override
    public Mono<EngineInfo> info() {
        return host.info();
    }

    @Override
    public Mono<DiskUsage> diskUsage() {
        return host.diskUsage();
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
    public SnapshotOperations snapshots() {
        return snapshots;
    }

    @Override
    public EventSource events() {
        return events;
    }

    @Override
    public NativeAccess nativeAccess() {
        return new PassThrough(
                http,
                session.dialect().map(known -> new NativeApi(known.isIncus() ? "incus" : "lxd", known.version())));
    }

    @Override
    public Mono<Void> close() {
        return waits.close().then(http.close());
    }
}
