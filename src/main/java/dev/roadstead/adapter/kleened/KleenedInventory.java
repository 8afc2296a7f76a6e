package dev.roadstead.adapter.kleened;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * What containers there are. The daemon takes parts of ids and names and the first of several that fit: it is only ever asked for whole
 * ids, and what it answers is looked at.
 */
final class KleenedInventory {
    private static final int SHORTEST_PREFIX = 4;

    private final KleenedSession session;
    private final NeverStarted neverStarted;

    KleenedInventory(KleenedSession session, NeverStarted neverStarted) {
        this.session = session;
        this.neverStarted = neverStarted;
    }

    /** All of them, as the daemon lists them. */
    Mono<List<KleenedWire.Container>> all() {
        return session.readList(
                        KleenedCall.DAEMON,
                        "the containers",
                        EngineRequest.get(KleenedTarget.of("containers", "list")
                                .with("all", true)
                                .toString()),
                        KleenedWire.Container.class)
                .map(all -> all.stream()
                        .filter(wire -> KleenedMapping.isId(KleenedMapping.text(wire.id())))
                        .toList());
    }

    Container listed(KleenedWire.Container wire) {
        return KleenedMapping.listed(session.json(), wire, state(wire));
    }

    /** One by its whole id. */
    Mono<KleenedWire.ContainerInspection> inspection(ContainerId id) {
        if (!KleenedMapping.isId(id.value())) {
            return Mono.error(() -> noSuch(id.value()));
        }
        return session.read(
                        KleenedCall.CONTAINER,
                        subject(id),
                        EngineRequest.get(KleenedTarget.of("containers", id.value(), "inspect")
                                .toString()),
                        KleenedWire.ContainerInspection.class)
                .doOnNext(found -> {
                    // A name that looks like an id, of another container.
                    if (found.container() == null
                            || !id.value().equals(found.container().id())) {
                        throw noSuch(id.value());
                    }
                });
    }

    /** One by its whole id. */
    Mono<KleenedWire.Container> wire(ContainerId id) {
        return inspection(id).map(KleenedInventory::container);
    }

    static KleenedWire.Container container(KleenedWire.ContainerInspection inspection) {
        return Optional.ofNullable(inspection.container()).orElseThrow();
    }

    Mono<Container> container(ContainerId id) {
        return inspection(id).flatMap(found -> {
            KleenedWire.Container wire = container(found);
            Mono<Map<String, String>> networks = found.containerEndpoints() == null
                            || found.containerEndpoints().isEmpty()
                    ? Mono.just(Map.of())
                    : networks();
            return Mono.zip(image(wire), networks)
                    .map(parts -> KleenedMapping.inspected(
                            session.json(), found, wire, parts.getT1().orElse(null), parts.getT2(), state(wire)));
        });
    }

    Mono<ContainerState> state(ContainerId id) {
        return wire(id).map(this::state);
    }

    ContainerState state(KleenedWire.Container wire) {
        boolean running = Boolean.TRUE.equals(wire.running());
        String id = KleenedMapping.text(wire.id());
        if (running) {
            neverStarted.forget(id);
        }
        return KleenedMapping.state(running, neverStarted.has(id));
    }

    /** By whole id, then by exact name, then by the beginning of an id; what several fit is a conflict that names them. */
    Mono<ContainerId> find(String address) {
        return all().map(all -> {
            List<String> candidates = ids(all, wire -> address.equals(wire.id()));
            if (candidates.isEmpty()) {
                candidates = ids(all, wire -> address.equals(wire.name()));
            }
            if (candidates.isEmpty() && address.length() >= SHORTEST_PREFIX) {
                candidates = ids(all, wire -> KleenedMapping.text(wire.id()).startsWith(address));
            }
            return switch (candidates.size()) {
                case 0 -> throw noSuch(address);
                case 1 -> new ContainerId(candidates.getFirst());
                default ->
                    throw new EngineException.Conflict(
                            "AMBIGUOUS_ADDRESS",
                            "%s fits %d containers: %s"
                                    .formatted(address, candidates.size(), String.join(", ", candidates)),
                            session.errors().evidence().with("candidates", candidates));
            };
        });
    }

    private static List<String> ids(
            List<KleenedWire.Container> all, java.util.function.Predicate<KleenedWire.Container> fits) {
        return all.stream()
                .filter(fits)
                .map(wire -> KleenedMapping.text(wire.id()))
                .sorted()
                .toList();
    }

    private Mono<Optional<KleenedWire.Image>> image(KleenedWire.Container wire) {
        String id = KleenedMapping.text(wire.imageId());
        return !KleenedMapping.isId(id)
                ? Mono.just(Optional.empty())
                : session.read(
                                KleenedCall.IMAGE,
                                "image " + id,
                                EngineRequest.get(KleenedTarget.of("images", id, "inspect")
                                        .toString()),
                                KleenedWire.Image.class)
                        .map(Optional::of)
                        .onErrorReturn(EngineException.NotFound.class, Optional.empty());
    }

    private Mono<Map<String, String>> networks() {
        return session.readList(
                        KleenedCall.DAEMON,
                        "the networks",
                        EngineRequest.get(KleenedTarget.of("networks", "list").toString()),
                        KleenedWire.Network.class)
                .map(all -> all.stream()
                        .collect(Collectors.toMap(
                                network -> KleenedMapping.text(network.id()),
                                network -> KleenedMapping.text(network.name()),
                                (one, _) -> one)));
    }

    EngineException noSuch(String address) {
        return session.errors().missing(KleenedCall.CONTAINER, "no such container: " + address);
    }

    static String subject(ContainerId id) {
        return "container " + id;
    }
}
