package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Mount;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.volume.VolumeSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Volumes for mounts that name none: made before the container, and removed after it where that is wanted. */
final class AnonymousVolumes {
    private final LxdSession session;
    private final LxdVolumes volumes;

    AnonymousVolumes(LxdSession session, LxdVolumes volumes) {
        this.session = session;
        this.volumes = volumes;
    }

    /** Makes a container with volumes in the place of mounts that name none; without the container they go again. */
    Mono<ContainerId> with(ContainerSpec spec, Function<ContainerSpec, Mono<ContainerId>> creation) {
        if (spec.mounts().stream().noneMatch(AnonymousVolumes::isNameless)) {
            return creation.apply(spec);
        }
        return Mono.defer(() -> {
            List<String> made = new ArrayList<>();
            return Flux.fromIterable(spec.mounts())
                    .concatMap(mount -> isNameless(mount) ? named(mount, made) : Mono.just(mount))
                    .collectList()
                    .flatMap(mounts -> creation.apply(spec.mounted(mounts)))
                    .onErrorResume(failure -> removed(made).then(Mono.error(failure)));
        });
    }

    private Mono<Mount> named(Mount mount, List<String> made) {
        return volumes.create(new VolumeSpec(null, null, Map.of(), Map.of())).map(volume -> {
            made.add(volume.name());
            return new Mount(Mount.Type.VOLUME, volume.name(), mount.target(), mount.readOnly());
        });
    }

    private static boolean isNameless(Mount mount) {
        return mount.type() == Mount.Type.VOLUME && mount.source() == null;
    }

    /** Removes a container and those of its volumes that nobody named. */
    Mono<Void> after(ContainerId id, Mono<Void> removal) {
        return session.read(
                        LxdCall.CONTAINER,
                        "container " + id,
                        EngineRequest.get(LxdTarget.of(InstanceAddress.of(id)).toString()),
                        LxdStoreWire.Instance.class)
                .flatMap(wire -> removal.then(removed(sources(wire))));
    }

    private static List<String> sources(LxdStoreWire.Instance wire) {
        Map<String, Map<String, @Nullable String>> devices = Objects.requireNonNullElse(wire.devices(), Map.of());
        return devices.values().stream()
                .filter(device -> "disk".equals(device.get("type")) && device.get("pool") != null)
                .map(device -> device.get("source"))
                .filter(Objects::nonNull)
                .map(String::valueOf)
                .toList();
    }

    private Mono<Void> removed(List<String> names) {
        return names.isEmpty()
                ? Mono.empty()
                : Flux.fromIterable(names).concatMap(volumes::removeIfAnonymous).then();
    }
}
