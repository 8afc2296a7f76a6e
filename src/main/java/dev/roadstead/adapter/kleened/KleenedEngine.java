package dev.roadstead.adapter.kleened;

import dev.roadstead.adapter.passthrough.PassThrough;
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
import dev.roadstead.transport.EngineHttpClient;
import java.net.URI;
import java.time.Duration;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** One Kleened daemon. It tells nothing of itself: no version, no host. */
final class KleenedEngine implements Engine {
    /** The API that this is written for; the daemon does not tell its own. */
    private static final String API = "0.1.1";

    private final EngineSettings settings;
    private final EngineHttpClient http;
    private final KleenedHost host;
    private final KleenedTape tape;
    private final KleenedExec exec;
    private final KleenedFiles files;
    private final KleenedContainers containers;
    private final KleenedImages images;
    private final KleenedNetworks networks;
    private final KleenedVolumes volumes;
    private final KleenedWatch watch;

    KleenedEngine(EngineSettings settings, EngineHttpClient http, JsonMapper json) {
        this.settings = settings;
        this.http = http;
        KleenedSession session =
                new KleenedSession(http, json, new KleenedErrors(settings.name().value(), json), settings);
        this.tape = new KleenedTape(session);
        this.exec = new KleenedExec(session, tape);
        this.files = new KleenedFiles(session, exec);
        NeverStarted neverStarted = new NeverStarted();
        Turns turns = new Turns();
        KleenedInventory inventory = new KleenedInventory(session, neverStarted);
        this.watch = new KleenedWatch(session, inventory);
        this.images = new KleenedImages(session, new KleenedImageWork(session), watch);
        this.networks = new KleenedNetworks(session, inventory, watch);
        this.volumes = new KleenedVolumes(session, watch, turns);
        this.host = new KleenedHost(session);
        KleenedUpdating updating = new KleenedUpdating(session, inventory, watch, turns);
        KleenedCreation creation =
                new KleenedCreation(session, inventory, images, networks, updating, watch, neverStarted, turns);
        this.containers = new KleenedContainers(
                session,
                exec,
                tape,
                files,
                inventory,
                creation,
                new KleenedLifecycle(session, inventory, exec, volumes, creation, updating, watch, neverStarted, turns),
                updating,
                new KleenedWaiting(session, inventory, watch));
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

    /** Asks, though the answer tells nothing: what answers like Kleened is taken for it. */
    @Override
    public Mono<EngineDescription> describe() {
        return host.greet().thenReturn(new EngineDescription(null, API, KleenedCapabilities.of(settings.kleened())));
    }

    @Override
    public Mono<Duration> ping() {
        return host.greet().thenReturn(true).elapsed().map(timed -> Duration.ofMillis(timed.getT1()));
    }

    @Override
    public NativeAccess nativeAccess() {
        return new PassThrough(http, Mono.just(new NativeApi("kleened", API)));
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
    public EventSource events() {
        return new KleenedEvents(watch);
    }

    @Override
    public Mono<Void> close() {
        return tape.close().then(http.close()).doOnSubscribe(_ -> watch.close());
    }
}
