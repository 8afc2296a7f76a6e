package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.adapter.daemon.VolumeMapping;
import dev.roadstead.container.Labels;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.Pruned;
import dev.roadstead.engine.VolumeOperations;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Volumes of Podman. */
final class PodmanVolumes implements VolumeOperations {
    /** On volumes made without a name: Podman calls only those anonymous that came with a container. */
    static final String ANONYMOUS = Labels.PREFIX + "anonymous";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    private final DaemonSession session;
    private final PodmanPruning pruning;

    PodmanVolumes(DaemonSession session, PodmanPruning pruning) {
        this.session = session;
        this.pruning = pruning;
    }

    @Override
    public Mono<List<Volume>> list() {
        return Mono.zip(
                wires(Map.of()),
                unused(),
                (volumes, unused) -> volumes.stream()
                        .map(volume -> VolumeMapping.volume(volume, !unused.contains(volume.name())))
                        .toList());
    }

    @Override
    public Mono<Volume> inspect(String name) {
        return wire(name)
                .zipWith(unused(), (volume, unused) -> VolumeMapping.volume(volume, !unused.contains(volume.name())));
    }

    /** Podman's own count tells of mounted ones only. */
    private Mono<Set<String>> unused() {
        return wires(Map.of("dangling", List.of("true")))
                .map(volumes -> volumes.stream().map(DaemonWire.Volume::name).collect(Collectors.toSet()));
    }

    private Mono<List<DaemonWire.Volume>> wires(Map<String, List<String>> filters) {
        Target target = Target.of("volumes", "json");
        if (!filters.isEmpty()) {
            target.with("filters", session.json().writeValueAsString(filters));
        }
        return session.readList(
                DaemonCall.DAEMON, "its volumes", EngineRequest.get(target.toString()), DaemonWire.Volume.class);
    }

    /** By its exact name: Podman would take a unique beginning, too. */
    private Mono<DaemonWire.Volume> wire(String name) {
        if (!NAME.matcher(name).matches()) {
            return Mono.error(() -> noSuch(name));
        }
        return session.read(
                        DaemonCall.VOLUME,
                        "volume " + name,
                        EngineRequest.get(Target.of("volumes", name, "json").toString()),
                        DaemonWire.Volume.class)
                .flatMap(wire -> wire.name().equals(name) ? Mono.just(wire) : Mono.error(noSuch(name)));
    }

    private EngineException noSuch(String name) {
        return new EngineException.NotFound(
                "NO_SUCH_VOLUME", "no volume " + name, session.faults().evidence());
    }

    @Override
    public Mono<Volume> create(VolumeSpec spec) {
        Map<String, Object> body = new LinkedHashMap<>();
        Map<String, String> labels = new LinkedHashMap<>(spec.labels());
        if (spec.name() != null) {
            body.put("Name", spec.name());
        } else {
            labels.put(ANONYMOUS, "true");
        }
        if (spec.driver() != null) {
            body.put("Driver", spec.driver());
        }
        body.put("Options", spec.options());
        // Up to 4.x it is called Label; later ones take either.
        body.put("Label", labels);
        body.put("Labels", labels);
        EngineRequest request = EngineRequest.post("/volumes/create").json(session.bytes(body));
        return session.read(DaemonCall.VOLUME_CREATE, "a volume", request, DaemonWire.Volume.class)
                .map(volume -> VolumeMapping.volume(volume, false));
    }

    @Override
    public Mono<Void> remove(String name, boolean force) {
        // By force Podman would remove the containers that use it.
        return wire(name)
                .flatMap(wire -> session.call(
                        DaemonCall.VOLUME_REMOVE,
                        "volume " + name,
                        EngineRequest.delete(Target.of("volumes", wire.name()).toString())))
                .then();
    }

    @Override
    public Mono<Pruned> prune() {
        return pruning.volumes();
    }
}
