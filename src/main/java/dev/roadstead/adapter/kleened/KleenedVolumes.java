package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.Pruned;
import dev.roadstead.engine.VolumeOperations;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import reactor.core.publisher.Mono;

/**
 * Volumes of a Kleened daemon. It neither checks names nor minds whether one is there or in use: the gateway does, and never sends the
 * empty name, which stands for the parent of all.
 */
final class KleenedVolumes implements VolumeOperations {
    private final KleenedSession session;
    private final KleenedWatch watch;
    private final Turns turns;

    KleenedVolumes(KleenedSession session, KleenedWatch watch, Turns turns) {
        this.session = session;
        this.watch = watch;
        this.turns = turns;
    }

    /** Whether the gateway made up the name. */
    static boolean isAnonymous(String name) {
        return name.startsWith(KleenedMapping.ANONYMOUS);
    }

    @Override
    public Mono<List<Volume>> list() {
        return all().map(all ->
                all.stream().map(wire -> KleenedMapping.volume(wire, null)).toList());
    }

    @Override
    public Mono<Volume> inspect(String name) {
        return inspection(name)
                .map(found -> KleenedMapping.volume(
                        Optional.ofNullable(found.volume()).orElseThrow(),
                        !mountpoints(found).isEmpty()));
    }

    private static List<KleenedWire.MountPoint> mountpoints(KleenedWire.VolumeInspection found) {
        return found.mountpoints() == null ? List.of() : found.mountpoints();
    }

    private Mono<KleenedWire.VolumeInspection> inspection(String name) {
        return name.isBlank()
                ? Mono.error(() -> session.errors().missing(KleenedCall.VOLUME, "no such volume: an empty name"))
                : session.read(
                                KleenedCall.VOLUME,
                                "volume " + name,
                                EngineRequest.get(KleenedTarget.of("volumes", name, "inspect")
                                        .toString()),
                                KleenedWire.VolumeInspection.class)
                        .doOnNext(found -> {
                            if (found.volume() == null) {
                                throw session.errors().nonsense("a volume without one", null);
                            }
                        });
    }

    @Override
    public Mono<Volume> create(VolumeSpec spec) {
        return Mono.defer(() -> {
            KleenedErrors errors = session.errors();
            String name = spec.name() == null ? KleenedMapping.ANONYMOUS + UUID.randomUUID() : spec.name();
            if (!KleenedCreateBody.NAME.matcher(name).matches()) {
                throw errors.invalid("name", name, KleenedCreateBody.NAME.pattern());
            }
            if (spec.driver() != null && !spec.driver().equals("zfs")) {
                throw errors.invalid("driver", spec.driver(), "zfs, or none");
            }
            if (!spec.options().isEmpty()) {
                throw errors.invalid("options", spec.options().keySet(), "none");
            }
            errors.refuse(!spec.labels().isEmpty(), Capability.VOLUME_LABELS, "labels", KleenedCapabilities.NO_LABELS);
            return turns.of("volume " + name, all().flatMap(all -> {
                if (all.stream().anyMatch(wire -> name.equals(wire.name()))) {
                    throw new EngineException.AlreadyExists(
                            "NAME_IN_USE", "there is a volume %s".formatted(name), errors.evidence());
                }
                return session.work(
                                KleenedCall.VOLUME,
                                "volume " + name,
                                EngineRequest.post(KleenedTarget.of("volumes", "create")
                                                .toString())
                                        .json(session.bytes(Map.of("name", name))))
                        .doOnNext(_ -> watch.made(Lists.VOLUME, name, name))
                        .then(inspect(name));
            }));
        });
    }

    /** The daemon would take it away from under its containers; that is nothing which could be forced. */
    @Override
    public Mono<Void> remove(String name, boolean force) {
        return inspection(name).flatMap(found -> {
            List<KleenedWire.MountPoint> used = mountpoints(found);
            return used.isEmpty()
                    ? delete(name)
                    : Mono.error(new EngineException.Conflict(
                            "VOLUME_IN_USE",
                            "volume %s is used by %s"
                                    .formatted(
                                            name,
                                            String.join(
                                                    ", ",
                                                    used.stream()
                                                            .map(mount -> KleenedMapping.text(mount.containerId()))
                                                            .distinct()
                                                            .toList())),
                            session.errors().evidence()));
        });
    }

    /** Removes one if nobody uses it; that it is gone is fine. */
    Mono<Void> removeIfUnused(String name) {
        return remove(name, false)
                .onErrorComplete(EngineException.NotFound.class)
                .onErrorComplete(EngineException.Conflict.class);
    }

    private Mono<Void> delete(String name) {
        return session.work(
                        KleenedCall.VOLUME,
                        "volume " + name,
                        EngineRequest.delete(KleenedTarget.of("volumes", name).toString()))
                .doOnNext(_ -> watch.gone(Lists.VOLUME, name))
                .then();
    }

    /** Only those whose names the gateway made up: the daemon itself would take every unused one. */
    @Override
    public Mono<Pruned> prune() {
        return all().flatMapIterable(all -> all)
                .map(wire -> KleenedMapping.text(wire.name()))
                .filter(KleenedVolumes::isAnonymous)
                .concatMap(name -> remove(name, false)
                        .thenReturn(name)
                        .onErrorComplete(EngineException.NotFound.class)
                        .onErrorComplete(EngineException.Conflict.class))
                .collectList()
                .map(removed -> new Pruned(removed, null));
    }

    private Mono<List<KleenedWire.Volume>> all() {
        return session.readList(
                KleenedCall.VOLUME,
                "the volumes",
                EngineRequest.get(KleenedTarget.of("volumes", "list").toString()),
                KleenedWire.Volume.class);
    }
}
