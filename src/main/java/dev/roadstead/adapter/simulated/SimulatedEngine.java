package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerStatus;
import dev.roadstead.engine.Capabilities;
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
import dev.roadstead.engine.NetworkOperations;
import dev.roadstead.engine.PodOperations;
import dev.roadstead.engine.SnapshotOperations;
import dev.roadstead.engine.VolumeOperations;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** An engine in memory. It keeps nothing when it is closed, and it does what {@link #faults()} are told. */
public final class SimulatedEngine implements Engine {
    static final String NO_PROJECTS = "a simulated engine has no projects";

    private static final String VERSION = "1.0";
    private static final Capabilities CAPABILITIES = Capabilities.allNativeBut(Map.of(
            Capability.PROJECTS,
            Capability.Support.unsupported(NO_PROJECTS),
            Capability.NATIVE,
            Capability.Support.unsupported("a simulated engine has no API of its own"),
            Capability.CONSOLE,
            Capability.Support.unsupported("a simulated container has no console but its main process's terminal"),
            Capability.TRUST,
            Capability.Support.unsupported("a simulated engine trusts everyone"),
            Capability.SNAPSHOT_STATEFUL,
            Capability.Support.unsupported(SimulatedSnapshots.NO_MEMORY)));

    private final EngineSettings settings;
    private final Scheduler scheduler;
    private final Faults faults;
    private final SimulatedHost host;
    private final SimulatedLink link;
    private final SimulatedContainers containers;
    private final SimulatedFiles files;
    private final SimulatedExec exec;
    private final SimulatedImages images;
    private final SimulatedVolumes volumes;
    private final SimulatedNetworks networks;
    private final SimulatedSnapshots snapshots;
    private final SimulatedPods pods;

    SimulatedEngine(EngineSettings settings, SimulatedOptions options, InstantSource clock) {
        this.settings = settings;
        this.scheduler = Schedulers.newSingle("simulated-" + settings.name(), true);
        this.faults = new Faults(options.seed());
        options.failures()
                .forEach((call, probability) -> faults.fail(
                        call,
                        () -> new EngineException.Unavailable(
                                "the simulated engine cannot be reached, as configured",
                                EngineException.Evidence.of(settings.name().value()),
                                null),
                        probability));
        this.host = new SimulatedHost(settings.name(), clock, scheduler, options.seed());
        this.link = new SimulatedLink(settings.name(), faults, options.latency(), settings.requestTimeout(), scheduler);
        ContainerBirth birth = new ContainerBirth(host);
        this.containers = new SimulatedContainers(host, link, birth, faults);
        this.files = new SimulatedFiles(host, link);
        this.exec = new SimulatedExec(host, link, settings.requestTimeout());
        this.images = new SimulatedImages(host, link);
        this.volumes = new SimulatedVolumes(host, link);
        this.networks = new SimulatedNetworks(host, link);
        this.snapshots = new SimulatedSnapshots(host, link);
        this.pods = new SimulatedPods(host, link, birth);
        DemoContainers.fill(host, options.containers());
        // They were there before the engine was.
        host.events().forget();
    }

    /** What shall go wrong. */
    public Faults faults() {
        return faults;
    }

    @Override
    public EngineName name() {
        return settings.name();
    }

    @Override
    public EngineKind kind() {
        return EngineKind.SIMULATED;
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
        return link.call(SimulatedCall.DESCRIBE, () -> new EngineDescription(VERSION, VERSION, CAPABILITIES));
    }

    @Override
    public Mono<Duration> ping() {
        return link.call(SimulatedCall.PING, () -> true).elapsed().map(timed -> Duration.ofMillis(timed.getT1()));
    }

    @Override
    public Mono<EngineInfo> info() {
        return link.call(
                SimulatedCall.INFO,
                () -> host.locked(() -> new EngineInfo(
                        settings.name().value(),
                        "Simulated Linux",
                        "amd64",
                        "simulated",
                        Meter.HOST_CPUS,
                        Meter.HOST_MEMORY,
                        "memory",
                        host.containers().size(),
                        count(container -> container.status() == ContainerStatus.RUNNING),
                        count(container -> container.status() == ContainerStatus.PAUSED),
                        count(container -> !container.isAlive()),
                        host.images().size())));
    }

    @Override
    public Mono<DiskUsage> diskUsage() {
        return link.call(
                SimulatedCall.DISK_USAGE,
                () -> host.locked(() -> {
                    List<SimulatedImage> used = host.containers().values().stream()
                            .map(SimulatedContainer::image)
                            .distinct()
                            .toList();
                    long imageBytes = host.images().values().stream()
                            .mapToLong(SimulatedImage::size)
                            .sum();
                    long freeable = host.images().values().stream()
                            .filter(image -> !used.contains(image))
                            .mapToLong(SimulatedImage::size)
                            .sum();
                    return new DiskUsage(
                            new DiskUsage.Part(host.images().size(), used.size(), imageBytes, freeable),
                            new DiskUsage.Part(host.containers().size(), count(SimulatedContainer::isAlive), 0, 0L),
                            new DiskUsage.Part(host.volumes().size(), 0, 0, null),
                            null);
                }));
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
    public PodOperations pods() {
        return pods;
    }

    @Override
    public EventSource events() {
        return since -> link.call(SimulatedCall.EVENTS, () -> host.events().open(since));
    }

    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(() -> {
            link.close();
            host.locked(() -> List.copyOf(host.containers().values())).forEach(container -> {
                SimulatedRun run = host.locked(container::run);
                host.locked(() -> {
                    container.wantDown();
                    return true;
                });
                if (run != null) {
                    run.kill();
                }
            });
            host.events().close();
            scheduler.dispose();
        });
    }

    private int count(Predicate<SimulatedContainer> which) {
        return (int) host.containers().values().stream().filter(which).count();
    }
}
