package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.NetworkOperations;
import dev.roadstead.engine.Pruned;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import dev.roadstead.transport.EngineRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import reactor.core.publisher.Mono;

/** Networks of a Kleened daemon. Names are resolved here: the daemon crashes over those that fit several. */
final class KleenedNetworks implements NetworkOperations {
    private static final Set<String> DRIVERS = Set.of("bridge", "loopback", "custom");
    private static final String CHOSEN = "<auto>";

    /** A network, and the addresses that a container shall have on it. */
    record Joining(String network, String ip, String ip6) {}

    private final KleenedSession session;
    private final KleenedInventory inventory;
    private final KleenedWatch watch;

    KleenedNetworks(KleenedSession session, KleenedInventory inventory, KleenedWatch watch) {
        this.session = session;
        this.inventory = inventory;
        this.watch = watch;
    }

    @Override
    public Mono<List<Network>> list() {
        return all().map(all ->
                all.stream().map(wire -> KleenedMapping.network(wire, null)).toList());
    }

    @Override
    public Mono<Network> inspect(String name) {
        return find(name).flatMap(this::inspection).map(KleenedNetworks::network);
    }

    private static Network network(KleenedWire.NetworkInspection found) {
        return KleenedMapping.network(Optional.ofNullable(found.network()).orElseThrow(), endpoints(found));
    }

    private static List<KleenedWire.Endpoint> endpoints(KleenedWire.NetworkInspection found) {
        return found.networkEndpoints() == null ? List.of() : found.networkEndpoints();
    }

    private Mono<KleenedWire.NetworkInspection> inspection(KleenedWire.Network wire) {
        String id = KleenedMapping.text(wire.id());
        return session.read(
                        KleenedCall.NETWORK,
                        subject(wire),
                        EngineRequest.get(
                                KleenedTarget.of("networks", id, "inspect").toString()),
                        KleenedWire.NetworkInspection.class)
                .doOnNext(found -> {
                    if (found.network() == null || !id.equals(found.network().id())) {
                        throw session.errors().nonsense("another network than the one asked for", null);
                    }
                });
    }

    @Override
    public Mono<Network> create(NetworkSpec spec) {
        return Mono.defer(() -> {
            if (!KleenedCreateBody.NAME.matcher(spec.name()).matches()) {
                throw session.errors().invalid("name", spec.name(), KleenedCreateBody.NAME.pattern());
            }
            if (!DRIVERS.contains(spec.driver())) {
                throw session.errors().invalid("driver", spec.driver(), "bridge, loopback or custom");
            }
            session.errors()
                    .refuse(
                            !spec.labels().isEmpty(),
                            Capability.NETWORK_LABELS,
                            "labels",
                            KleenedCapabilities.NO_LABELS);
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", spec.name());
            body.put("type", spec.driver());
            body.put("subnet", spec.subnet() == null ? "" : spec.subnet());
            boolean chosen = spec.gateway() == null
                    && spec.subnet() != null
                    && spec.driver().equals("bridge");
            body.put("gateway", chosen ? CHOSEN : spec.gateway() == null ? "" : spec.gateway());
            body.put("internal", spec.internal());
            return session.readId(
                            KleenedCall.NETWORK_CREATE,
                            "network " + spec.name(),
                            EngineRequest.post(KleenedTarget.of("networks", "create")
                                            .toString())
                                    .json(session.bytes(body)))
                    .doOnNext(id -> watch.made(Lists.NETWORK, id, spec.name()))
                    .flatMap(this::inspect);
        });
    }

    /** The daemon would take the containers off silently: the gateway looks before. */
    @Override
    public Mono<Void> remove(String name) {
        return find(name)
                .flatMap(wire -> inspection(wire).flatMap(found -> {
                    List<KleenedWire.Endpoint> on = endpoints(found);
                    if (!on.isEmpty()) {
                        return Mono.<Void>error(new EngineException.Conflict(
                                "NETWORK_IN_USE",
                                "%d containers are on network %s".formatted(on.size(), name),
                                session.errors().evidence()));
                    }
                    return session.readId(
                                    KleenedCall.NETWORK,
                                    subject(wire),
                                    EngineRequest.delete(KleenedTarget.of("networks", KleenedMapping.text(wire.id()))
                                            .toString()))
                            .doOnNext(id -> watch.gone(Lists.NETWORK, id))
                            .then();
                }));
    }

    @Override
    public Mono<Void> connect(ContainerId container, NetworkRequest request) {
        return Mono.defer(() -> {
            session.errors()
                    .refuse(
                            !request.aliases().isEmpty(),
                            Capability.NETWORKS,
                            "aliases",
                            "Kleened gives no names in networks");
            return inventory.wire(container).then(joining(request)).flatMap(joining -> join(container, joining));
        });
    }

    /** What joining a network takes; fails if it is not there. */
    Mono<Joining> joining(NetworkRequest request) {
        return find(request.name())
                .map(wire -> new Joining(
                        KleenedMapping.text(wire.id()),
                        request.ip() != null ? request.ip() : chosen(wire.subnet()),
                        chosen(wire.subnet6())));
    }

    private static String chosen(@org.jspecify.annotations.Nullable String subnet) {
        return subnet == null || subnet.isBlank() ? "" : CHOSEN;
    }

    Mono<Void> join(ContainerId container, Joining joining) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("container", container.value());
        body.put("network", joining.network());
        body.put("ip_address", joining.ip());
        body.put("ip_address6", joining.ip6());
        return session.work(
                        KleenedCall.CONNECT,
                        KleenedInventory.subject(container),
                        EngineRequest.post(
                                        KleenedTarget.of("networks", "connect").toString())
                                .json(session.bytes(body)))
                .then();
    }

    @Override
    public Mono<Void> disconnect(ContainerId container, String network) {
        return inventory
                .wire(container)
                .then(find(network))
                .flatMap(wire -> session.work(
                                KleenedCall.DISCONNECT,
                                subject(wire),
                                EngineRequest.post(KleenedTarget.of(
                                                "networks",
                                                KleenedMapping.text(wire.id()),
                                                "disconnect",
                                                container.value())
                                        .toString()))
                        .then());
    }

    @Override
    public Mono<Pruned> prune() {
        return session.work(
                        KleenedCall.NETWORK,
                        "the networks",
                        EngineRequest.post(KleenedTarget.of("networks", "prune").toString()))
                .map(reply -> new Pruned(session.list(reply.body(), String.class), null))
                .doOnNext(pruned -> pruned.removed().forEach(id -> watch.gone(Lists.NETWORK, id)));
    }

    /** By whole id or by exact name. */
    private Mono<KleenedWire.Network> find(String name) {
        return all().map(all -> all.stream()
                .filter(wire -> name.equals(wire.id()))
                .findFirst()
                .or(() -> all.stream().filter(wire -> name.equals(wire.name())).findFirst())
                .orElseThrow(() -> session.errors().missing(KleenedCall.NETWORK, "no such network: " + name)));
    }

    private Mono<List<KleenedWire.Network>> all() {
        return session.readList(
                KleenedCall.NETWORK,
                "the networks",
                EngineRequest.get(KleenedTarget.of("networks", "list").toString()),
                KleenedWire.Network.class);
    }

    private static String subject(KleenedWire.Network wire) {
        return "network " + KleenedMapping.text(wire.name());
    }
}
