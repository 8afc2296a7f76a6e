package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Mount;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Resources;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes containers. The daemon would give a name twice: the gateway looks before, which is not at once with the making. */
final class KleenedCreation {
    private static final int FIRST_FREE_PORT = 20_000;
    private static final int LAST_FREE_PORT = 32_767;

    private final KleenedSession session;
    private final KleenedInventory inventory;
    private final KleenedImages images;
    private final KleenedNetworks networks;
    private final KleenedUpdating updating;
    private final KleenedWatch watch;
    private final NeverStarted neverStarted;
    private final Turns turns;
    private final KleenedCreateBody body;

    KleenedCreation(
            KleenedSession session,
            KleenedInventory inventory,
            KleenedImages images,
            KleenedNetworks networks,
            KleenedUpdating updating,
            KleenedWatch watch,
            NeverStarted neverStarted,
            Turns turns) {
        this.session = session;
        this.inventory = inventory;
        this.images = images;
        this.networks = networks;
        this.updating = updating;
        this.watch = watch;
        this.neverStarted = neverStarted;
        this.turns = turns;
        this.body = new KleenedCreateBody(session);
    }

    Mono<ContainerId> create(ContainerSpec asked) {
        return Mono.defer(() -> {
            body.check(asked);
            ContainerSpec spec = asked.mounted(
                    asked.mounts().stream().map(KleenedCreation::withVolume).toList());
            Mono<ContainerId> making = Mono.zip(
                            images.reference(spec.image()),
                            Flux.fromIterable(spec.networks())
                                    .concatMap(request -> networks.joining(request))
                                    .collectList())
                    .flatMap(found -> inventory.all().flatMap(all -> {
                        checkName(all, spec.name() == null ? null : spec.name().value());
                        return make(spec, found.getT1(), ports(spec.ports(), all))
                                .flatMap(id -> finish(spec, id, found.getT2()));
                    }));
            return spec.name() == null ? making : turns.of(nameKey(spec.name().value()), making);
        });
    }

    /** The turn of a name. */
    static String nameKey(String name) {
        return "name " + name;
    }

    /** Fails if a container has the name; or the id, since the daemon takes both. */
    void checkName(List<KleenedWire.Container> all, @Nullable String name) {
        if (name == null) {
            return;
        }
        List<String> bearers = all.stream()
                .filter(wire -> name.equals(wire.name()) || name.equals(wire.id()))
                .map(wire -> KleenedMapping.text(wire.id()))
                .toList();
        if (!bearers.isEmpty()) {
            throw new EngineException.AlreadyExists(
                    "NAME_IN_USE",
                    "the name %s is taken by %s".formatted(name, String.join(", ", bearers)),
                    session.errors().evidence().with("candidates", bearers));
        }
    }

    /** The daemon makes volumes that are not there; one without a name would be the parent of all. */
    private static Mount withVolume(Mount mount) {
        return mount.type() == Mount.Type.VOLUME && mount.source() == null
                ? new Mount(
                        Mount.Type.VOLUME,
                        KleenedMapping.ANONYMOUS + UUID.randomUUID(),
                        mount.target(),
                        mount.readOnly())
                : mount;
    }

    private Mono<ContainerId> make(ContainerSpec spec, String image, List<PortMapping> ports) {
        Map<String, Object> sent = body.of(spec, image, ports);
        return session.readId(
                        KleenedCall.CREATE,
                        spec.name() == null ? "a container" : "container " + spec.name(),
                        EngineRequest.post(
                                        KleenedTarget.of("containers", "create").toString())
                                .json(session.bytes(sent)))
                .map(id -> {
                    neverStarted.add(id);
                    watch.created(id, spec.name() == null ? null : spec.name().value(), spec.labels());
                    return new ContainerId(id);
                });
    }

    /** What the daemon does only with a container that is there; without it there shall be none. */
    private Mono<ContainerId> finish(ContainerSpec spec, ContainerId id, List<KleenedNetworks.Joining> joinings) {
        Mono<Void> limited =
                spec.resources().equals(Resources.NONE) ? Mono.empty() : updating.limit(id, spec.resources());
        return limited.thenMany(Flux.fromIterable(joinings).concatMap(joining -> networks.join(id, joining)))
                .then(Mono.just(id))
                .onErrorResume(failure -> session.readId(
                                KleenedCall.REMOVE,
                                KleenedInventory.subject(id),
                                EngineRequest.delete(KleenedTarget.of("containers", id.value())
                                        .toString()))
                        .doOnNext(watch::removed)
                        .doOnError(failure::addSuppressed)
                        .onErrorComplete()
                        .then(Mono.error(failure)));
    }

    private List<PortMapping> ports(List<PortMapping> wanted, List<KleenedWire.Container> all) {
        if (wanted.stream().allMatch(port -> port.host() != null)) {
            return wanted;
        }
        Set<Integer> taken = new HashSet<>();
        all.forEach(wire -> KleenedMapping.ports(wire.publicPorts()).stream()
                .map(PortMapping::host)
                .filter(Objects::nonNull)
                .forEach(taken::add));
        List<PortMapping> chosen = new ArrayList<>();
        for (PortMapping port : wanted) {
            chosen.add(
                    port.host() != null ? port : new PortMapping(free(taken), port.container(), port.protocol(), null));
        }
        return chosen;
    }

    private int free(Set<Integer> taken) {
        for (int tries = LAST_FREE_PORT - FIRST_FREE_PORT; tries > 0; tries--) {
            int port = ThreadLocalRandom.current().nextInt(FIRST_FREE_PORT, LAST_FREE_PORT + 1);
            if (taken.add(port)) {
                return port;
            }
        }
        throw new EngineException.Conflict(
                "PORT_IN_USE", "no port of the host is free", session.errors().evidence());
    }
}
