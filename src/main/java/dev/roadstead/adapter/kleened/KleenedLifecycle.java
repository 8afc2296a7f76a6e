package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.Pruned;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Starts, stops, renames and removes containers. The state is looked at first: the daemon's texts are the only other sign. */
final class KleenedLifecycle {
    private final KleenedSession session;
    private final KleenedInventory inventory;
    private final KleenedExec exec;
    private final KleenedVolumes volumes;
    private final KleenedCreation creation;
    private final KleenedUpdating updating;
    private final KleenedWatch watch;
    private final NeverStarted neverStarted;
    private final Turns turns;

    KleenedLifecycle(
            KleenedSession session,
            KleenedInventory inventory,
            KleenedExec exec,
            KleenedVolumes volumes,
            KleenedCreation creation,
            KleenedUpdating updating,
            KleenedWatch watch,
            NeverStarted neverStarted,
            Turns turns) {
        this.session = session;
        this.inventory = inventory;
        this.exec = exec;
        this.volumes = volumes;
        this.creation = creation;
        this.updating = updating;
        this.watch = watch;
        this.neverStarted = neverStarted;
        this.turns = turns;
    }

    Mono<Boolean> start(ContainerId id) {
        return turns.of(id.value(), started(id));
    }

    private Mono<Boolean> started(ContainerId id) {
        return inventory.all().flatMap(all -> {
            KleenedWire.Container wire = all.stream()
                    .filter(listed -> id.value().equals(listed.id()))
                    .findFirst()
                    .orElseThrow(() -> inventory.noSuch(id.value()));
            if (runs(wire)) {
                neverStarted.forget(id.value());
                return Mono.just(false);
            }
            checkPorts(wire, all);
            return exec.startContainer(id)
                    .doOnSuccess(_ -> {
                        neverStarted.forget(id.value());
                        watch.started(id.value());
                    })
                    .thenReturn(true);
        });
    }

    /** The daemon would redirect one port to several jails, and the first of its rules would win. */
    private void checkPorts(KleenedWire.Container wire, List<KleenedWire.Container> all) {
        List<PortMapping> wanted = KleenedMapping.ports(wire.publicPorts());
        for (KleenedWire.Container other : all) {
            if (!runs(other)) {
                continue;
            }
            Optional<PortMapping> taken = KleenedMapping.ports(other.publicPorts()).stream()
                    .filter(port -> port.host() != null
                            && wanted.stream()
                                    .anyMatch(one -> Objects.equals(one.host(), port.host())
                                            && one.protocol() == port.protocol()))
                    .findFirst();
            if (taken.isPresent()) {
                throw new EngineException.Conflict(
                        "PORT_IN_USE",
                        "port %d is published by %s already"
                                .formatted(taken.get().host(), KleenedMapping.text(other.id())),
                        session.errors().evidence());
            }
        }
    }

    Mono<Boolean> stop(ContainerId id) {
        return turns.of(id.value(), inventory.wire(id).flatMap(wire -> runs(wire) ? stopped(id) : Mono.just(false)));
    }

    private Mono<Boolean> stopped(ContainerId id) {
        return session.readId(
                        KleenedCall.STOP,
                        KleenedInventory.subject(id),
                        EngineRequest.post(KleenedTarget.of("containers", id.value(), "stop")
                                .toString()))
                .thenReturn(true)
                .onErrorResume(
                        EngineException.WrongState.class,
                        already -> already.code().equals(KleenedErrors.ALREADY_SO)
                                ? Mono.just(false)
                                : Mono.error(already))
                .doOnNext(changed -> {
                    if (changed) {
                        watch.stopped(id.value());
                    }
                });
    }

    /** In two steps: between them it is stopped, and if the second fails it stays so. */
    Mono<Boolean> restart(ContainerId id) {
        return turns.of(
                id.value(),
                inventory
                        .wire(id)
                        .flatMap(wire -> runs(wire) ? stopped(id) : Mono.just(false))
                        .then(started(id))
                        .doOnSuccess(_ -> watch.restarted(id.value()))
                        .thenReturn(true));
    }

    Mono<Boolean> rename(ContainerId id, ContainerName name) {
        Mono<Boolean> renaming = inventory.all().flatMap(all -> {
            KleenedWire.Container wire = all.stream()
                    .filter(listed -> id.value().equals(listed.id()))
                    .findFirst()
                    .orElseThrow(() -> inventory.noSuch(id.value()));
            if (name.value().equals(wire.name())) {
                return Mono.just(false);
            }
            creation.checkName(all, name.value());
            return updating.name(id, name).thenReturn(true);
        });
        return turns.of(id.value(), turns.of(KleenedCreation.nameKey(name.value()), renaming));
    }

    Mono<Void> remove(ContainerId id, boolean force, boolean anonymous) {
        return turns.of(id.value(), inventory.inspection(id).flatMap(found -> {
            boolean runs = runs(KleenedInventory.container(found));
            if (runs && !force) {
                return Mono.<Void>error(new EngineException.WrongState(
                        "CONTAINER_RUNNING",
                        "container %s runs".formatted(id),
                        session.errors().evidence()));
            }
            Mono<Void> removal = (runs ? stopped(id).then() : Mono.<Void>empty()).then(delete(id));
            List<String> made = anonymous ? volumesOf(found) : List.of();
            return removal.then(
                    Flux.fromIterable(made).concatMap(volumes::removeIfUnused).then());
        }));
    }

    private static List<String> volumesOf(KleenedWire.ContainerInspection found) {
        return KleenedMapping.mounts(found.containerMountpoints()).stream()
                .filter(mount -> mount.type() == Mount.Type.VOLUME)
                .map(mount -> KleenedMapping.text(mount.source()))
                .filter(KleenedVolumes::isAnonymous)
                .toList();
    }

    private Mono<Void> delete(ContainerId id) {
        return session.readId(
                        KleenedCall.REMOVE,
                        KleenedInventory.subject(id),
                        EngineRequest.delete(
                                KleenedTarget.of("containers", id.value()).toString()))
                .doOnNext(removed -> {
                    neverStarted.forget(removed);
                    watch.removed(removed);
                })
                .then();
    }

    /** Also those that the daemon's own prune spares: all that the gateway makes are such. */
    Mono<Pruned> prune() {
        return inventory
                .all()
                .flatMapIterable(all -> all)
                .filter(wire -> !runs(wire))
                .map(wire -> new ContainerId(KleenedMapping.text(wire.id())))
                .concatMap(id -> remove(id, false, false)
                        .thenReturn(id.value())
                        // Gone or started meanwhile.
                        .onErrorComplete(EngineException.NotFound.class)
                        .onErrorComplete(EngineException.WrongState.class))
                .collectList()
                .map(removed -> new Pruned(removed, null));
    }

    private static boolean runs(KleenedWire.Container wire) {
        return Boolean.TRUE.equals(wire.running());
    }
}
