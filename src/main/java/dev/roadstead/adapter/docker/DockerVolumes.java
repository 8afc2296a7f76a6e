package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.adapter.daemon.VolumeMapping;
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
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** Volumes of a Docker daemon. */
final class DockerVolumes implements VolumeOperations {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    private final DaemonSession session;
    private final DockerPruning pruning;

    DockerVolumes(DaemonSession session, DockerPruning pruning) {
        this.session = session;
        this.pruning = pruning;
    }

    @Override
    public Mono<List<Volume>> list() {
        return Mono.zip(
                session.read(DaemonCall.DAEMON, "its volumes", EngineRequest.get("/volumes"), DockerWire.Volumes.class),
                used(Map.of()),
                (wire, used) -> wire.volumes() == null
                        ? List.of()
                        : wire.volumes().stream()
                                .map(volume -> VolumeMapping.volume(volume, used.contains(volume.name())))
                                .toList());
    }

    @Override
    public Mono<Volume> inspect(String name) {
        return wire(name)
                .zipWith(
                        used(Map.of("volume", List.of(name))),
                        (volume, used) -> VolumeMapping.volume(volume, used.contains(volume.name())));
    }

    private Mono<DaemonWire.Volume> wire(String name) {
        if (!NAME.matcher(name).matches()) {
            return Mono.error(() -> new EngineException.NotFound(
                    "NO_SUCH_VOLUME", "no volume " + name, session.faults().evidence()));
        }
        return session.read(
                DaemonCall.VOLUME,
                "volume " + name,
                EngineRequest.get(Target.of("volumes", name).toString()),
                DaemonWire.Volume.class);
    }

    /** The daemon gives an existing one of that name as if it had made it: so it is looked for before, which is not atomic. */
    @Override
    public Mono<Volume> create(VolumeSpec spec) {
        String name = spec.name();
        if (name == null || !NAME.matcher(name).matches()) {
            return make(spec);
        }
        return wire(name)
                .<Volume>flatMap(there -> Mono.error(new EngineException.AlreadyExists(
                        "NAME_IN_USE",
                        "there is a volume %s already".formatted(name),
                        session.faults().evidence())))
                .onErrorResume(EngineException.NotFound.class, _ -> make(spec));
    }

    private Mono<Volume> make(VolumeSpec spec) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (spec.name() != null) {
            body.put("Name", spec.name());
        }
        if (spec.driver() != null) {
            body.put("Driver", spec.driver());
        }
        body.put("DriverOpts", spec.options());
        body.put("Labels", spec.labels());
        EngineRequest request = EngineRequest.post("/volumes/create").json(session.bytes(body));
        return session.read(DaemonCall.VOLUME_CREATE, "a volume", request, DaemonWire.Volume.class)
                .map(volume -> VolumeMapping.volume(volume, false));
    }

    @Override
    public Mono<Void> remove(String name, boolean force) {
        // With force the daemon says nothing of one that is not there.
        return wire(name)
                .then(session.call(
                        DaemonCall.VOLUME_REMOVE,
                        "volume " + name,
                        EngineRequest.delete(
                                Target.of("volumes", name).flag("force", force).toString())))
                .then();
    }

    @Override
    public Mono<Pruned> prune() {
        return pruning.volumes();
    }

    private Mono<Set<String>> used(Map<String, List<String>> filters) {
        return DockerLists.containers(session, filters)
                .map(containers -> containers.stream()
                        .map(DockerWire.Listed::mounts)
                        .flatMap(mounts -> mounts == null ? Stream.<DaemonWire.MountPoint>empty() : mounts.stream())
                        .filter(mount -> "volume".equals(mount.type()))
                        .map(mount -> mount.name() == null ? "" : mount.name())
                        .collect(Collectors.toSet()));
    }
}
