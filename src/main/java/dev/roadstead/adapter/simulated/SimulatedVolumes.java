package dev.roadstead.adapter.simulated;

import dev.roadstead.container.Mount;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.Pruned;
import dev.roadstead.engine.VolumeOperations;
import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Volumes in memory. */
final class SimulatedVolumes implements VolumeOperations {
    private final SimulatedHost host;
    private final SimulatedLink link;

    SimulatedVolumes(SimulatedHost host, SimulatedLink link) {
        this.host = host;
        this.link = link;
    }

    @Override
    public Mono<List<Volume>> list() {
        return link.call(
                SimulatedCall.VOLUMES_LIST,
                () -> host.locked(() -> {
                    Set<String> used = used();
                    return host.volumes().values().stream()
                            .map(volume -> volume.describe(used.contains(volume.name())))
                            .toList();
                }));
    }

    @Override
    public Mono<Volume> inspect(String name) {
        return link.call(
                SimulatedCall.VOLUMES_INSPECT,
                () -> host.locked(() -> host.volume(name).describe(used().contains(name))));
    }

    @Override
    public Mono<Volume> create(VolumeSpec spec) {
        return link.call(
                SimulatedCall.VOLUMES_CREATE,
                () -> host.locked(() -> host.addVolume(spec).describe(false)));
    }

    @Override
    public Mono<Void> remove(String name, boolean force) {
        return link.run(
                SimulatedCall.VOLUMES_REMOVE,
                () -> host.<@Nullable Object>locked(() -> {
                    host.volume(name);
                    if (used().contains(name)) {
                        throw new EngineException.Conflict(
                                "VOLUME_IN_USE", "a container uses volume %s".formatted(name), host.evidence());
                    }
                    host.volumes().remove(name);
                    host.events().add("volume", "remove", name, name, Map.of("driver", "local"));
                    return null;
                }));
    }

    @Override
    public Mono<Pruned> prune() {
        return link.call(
                SimulatedCall.PRUNE,
                () -> host.locked(() -> {
                    Set<String> used = used();
                    List<String> unused = host.volumes().values().stream()
                            .filter(volume -> volume.isAnonymous() && !used.contains(volume.name()))
                            .map(SimulatedVolume::name)
                            .toList();
                    unused.forEach(name -> {
                        host.volumes().remove(name);
                        host.events().add("volume", "remove", name, name, Map.of("driver", "local"));
                    });
                    return new Pruned(unused, null);
                }));
    }

    private Set<String> used() {
        return host.containers().values().stream()
                .flatMap(container -> container.mounts().stream())
                .filter(mount -> mount.type() == Mount.Type.VOLUME)
                .map(mount -> String.valueOf(mount.source()))
                .collect(Collectors.toSet());
    }
}
