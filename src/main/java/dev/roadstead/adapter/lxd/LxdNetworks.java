package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.NetworkOperations;
import dev.roadstead.engine.Pruned;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import dev.roadstead.transport.EngineRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Networks that the daemon manages (LXD API, {@code /networks}), of the default project. Their names are their ids. */
final class LxdNetworks implements NetworkOperations {
    private static final String ADDRESS = "ipv4.address";
    private static final String ROUTING = "ipv4.routing";
    private static final String TYPE = "type";
    private static final String NIC = "nic";

    private final LxdSession session;

    LxdNetworks(LxdSession session) {
        this.session = session;
    }

    @Override
    public Mono<List<Network>> list() {
        return wires().map(wire -> network(wire, null)).collectList();
    }

    @Override
    public Mono<Network> inspect(String name) {
        return wire(name).map(wire -> network(wire, UsedBy.instances(wire.usedBy())));
    }

    @Override
    public Mono<Network> create(NetworkSpec spec) {
        return Mono.defer(() -> {
            EngineRequest request = EngineRequest.post(LxdTarget.of("networks").toString())
                    .json(session.bytes(Map.of("name", spec.name(), TYPE, spec.driver(), "config", config(spec))));
            // What one version says of a taken name, another says of the missing subnet first.
            return taken(spec.name())
                    .then(session.operation(LxdCall.NETWORK_CREATE, subject(spec.name()), request))
                    .then(inspect(spec.name()));
        });
    }

    private Mono<Void> taken(String name) {
        return wires().any(wire -> wire.name().equals(name))
                .flatMap(taken -> taken
                        ? Mono.error(new EngineException.AlreadyExists(
                                "NAME_IN_USE",
                                "there is a network %s already".formatted(name),
                                session.errors().evidence()))
                        : Mono.empty());
    }

    private Map<String, String> config(NetworkSpec spec) {
        Map<String, String> config = new LinkedHashMap<>(LxdMapping.written(spec.labels()));
        if (spec.subnet() != null) {
            Ipv4Range range = Ipv4Range.of(spec.subnet(), spec.gateway());
            if (range == null) {
                throw new EngineException.InvalidRequest(
                        "INVALID_SUBNET",
                        "subnet: %s, gateway: %s (expected: an IPv4 subnet and an address in it)"
                                .formatted(spec.subnet(), spec.gateway()),
                        session.errors().evidence().with("field", "subnet"));
            }
            config.put(ADDRESS, range.toString());
        } else if (spec.gateway() != null) {
            throw new EngineException.InvalidRequest(
                    "INVALID_SUBNET",
                    "gateway: %s (expected: none without a subnet)".formatted(spec.gateway()),
                    session.errors().evidence().with("field", "gateway"));
        }
        // Nothing of IPv6 was asked for.
        config.put("ipv6.address", "none");
        config.put("ipv4.nat", Boolean.toString(!spec.internal()));
        if (spec.internal()) {
            config.put(ROUTING, "false");
        }
        return config;
    }

    @Override
    public Mono<Void> remove(String name) {
        EngineRequest request =
                EngineRequest.delete(LxdTarget.of("networks", name).toString());
        return wire(name)
                .then(session.operation(LxdCall.NETWORK_REMOVE, subject(name), request))
                .then();
    }

    /** A device of the instance's own, of the first free name. */
    @Override
    public Mono<Void> connect(ContainerId container, NetworkRequest request) {
        if (!request.aliases().isEmpty()) {
            return Mono.error(() -> new EngineException.Unsupported(
                    Capability.NETWORK_CONNECT,
                    "an instance has no further names in a network",
                    session.errors().evidence().with("field", "aliases")));
        }
        return both(container, request.name()).flatMap(instance -> {
            if (!devicesOn(instance.expandedDevices(), request.name()).isEmpty()) {
                return Mono.error(new EngineException.Conflict(
                        "ALREADY_CONNECTED",
                        "container %s is on network %s already".formatted(container, request.name()),
                        session.errors().evidence()));
            }
            String device = freeName(instance);
            Map<String, String> nic = new LinkedHashMap<>();
            nic.put(TYPE, NIC);
            nic.put("network", request.name());
            nic.put("name", device);
            if (request.ip() != null) {
                nic.put(ADDRESS, request.ip());
            }
            return patch(container, request.name(), Map.of(device, nic));
        });
    }

    /** A profile's device is covered by one that is none, one of the instance's own is taken out. */
    @Override
    public Mono<Void> disconnect(ContainerId container, String network) {
        return both(container, network).flatMap(instance -> {
            List<String> devices = devicesOn(instance.expandedDevices(), network);
            if (devices.isEmpty()) {
                return Mono.error(new EngineException.NotFound(
                        "NOT_CONNECTED",
                        "container %s is not on network %s".formatted(container, network),
                        session.errors().evidence()));
            }
            List<String> own = devicesOn(instance.devices(), network);
            List<String> inherited =
                    devices.stream().filter(name -> !own.contains(name)).toList();
            Mono<Void> taken = own.isEmpty() ? Mono.empty() : without(container, network, own);
            if (inherited.isEmpty()) {
                return taken;
            }
            Map<String, Object> none = new LinkedHashMap<>();
            inherited.forEach(name -> none.put(name, Map.of(TYPE, "none")));
            return taken.then(patch(container, network, none));
        });
    }

    /** PATCH adds devices and replaces those of the same name, but takes none away. */
    private Mono<Void> patch(ContainerId container, String network, Map<String, ?> devices) {
        EngineRequest request = EngineRequest.of(
                        "PATCH", LxdTarget.of(InstanceAddress.of(container)).toString())
                .json(session.bytes(Map.of("devices", devices)));
        return session.operation(LxdCall.CONNECT, subject(network), request).then();
    }

    private Mono<Void> without(ContainerId container, String network, List<String> names) {
        String target = LxdTarget.of(InstanceAddress.of(container)).toString();
        return session.readTagged(
                        LxdCall.CONTAINER,
                        "container " + container,
                        EngineRequest.get(target),
                        LxdStoreWire.Whole.class)
                .flatMap(whole -> {
                    EngineRequest request = EngineRequest.of("PUT", target)
                            .json(session.bytes(whole.value().withoutDevices(names)));
                    return session.operation(
                            LxdCall.CONNECT,
                            subject(network),
                            whole.etag() == null ? request : request.header("If-Match", whole.etag()));
                })
                .then();
    }

    /** Removes those that nothing refers to, profiles included. */
    @Override
    public Mono<Pruned> prune() {
        return wires().filter(wire -> wire.usedBy() == null || wire.usedBy().isEmpty())
                .concatMap(wire -> remove(wire.name())
                        .thenReturn(wire.name())
                        // Somebody was faster, in removing or in using it.
                        .onErrorComplete(failure -> failure instanceof EngineException.NotFound
                                || failure instanceof EngineException.Conflict))
                .collectList()
                .map(removed -> new Pruned(removed, null));
    }

    private Flux<LxdStoreWire.Network> wires() {
        return session.readList(
                        LxdCall.DAEMON,
                        "its networks",
                        EngineRequest.get(
                                LxdTarget.of("networks").with("recursion", 1).toString()),
                        LxdStoreWire.Network.class)
                .flatMapIterable(networks -> networks)
                .filter(LxdNetworks::isManaged);
    }

    /** Interfaces of the host, of which the daemon tells as well, are no networks of its. */
    private Mono<LxdStoreWire.Network> wire(String name) {
        return session.read(
                        LxdCall.NETWORK,
                        subject(name),
                        EngineRequest.get(LxdTarget.of("networks", name).toString()),
                        LxdStoreWire.Network.class)
                .filter(LxdNetworks::isManaged)
                .switchIfEmpty(Mono.error(() -> new EngineException.NotFound(
                        "NO_SUCH_NETWORK",
                        "no network %s".formatted(name),
                        session.errors().evidence())));
    }

    private Mono<LxdStoreWire.Instance> both(ContainerId container, String network) {
        return session.read(
                        LxdCall.CONTAINER,
                        "container " + container,
                        EngineRequest.get(
                                LxdTarget.of(InstanceAddress.of(container)).toString()),
                        LxdStoreWire.Instance.class)
                .flatMap(instance -> wire(network).thenReturn(instance));
    }

    static List<String> devicesOn(@Nullable Map<String, Map<String, @Nullable String>> devices, String network) {
        List<String> names = new ArrayList<>();
        if (devices != null) {
            devices.forEach((name, device) -> {
                if (NIC.equals(device.get(TYPE))
                        && (network.equals(device.get("network")) || network.equals(device.get("parent")))) {
                    names.add(name);
                }
            });
        }
        return names;
    }

    static String freeName(LxdStoreWire.Instance instance) {
        Map<String, Map<String, @Nullable String>> devices =
                Objects.requireNonNullElse(instance.expandedDevices(), Map.of());
        int number = 0;
        while (isTaken(devices, "eth" + number)) {
            number++;
        }
        return "eth" + number;
    }

    private static boolean isTaken(Map<String, Map<String, @Nullable String>> devices, String name) {
        return devices.containsKey(name)
                || devices.values().stream().anyMatch(device -> name.equals(device.get("name")));
    }

    private static boolean isManaged(LxdStoreWire.Network wire) {
        return Boolean.TRUE.equals(wire.managed());
    }

    static Network network(LxdStoreWire.Network wire, @Nullable List<ContainerId> members) {
        Map<String, @Nullable String> config = Objects.requireNonNullElse(wire.config(), Map.of());
        Ipv4Range range = Ipv4Range.parse(config.get(ADDRESS));
        return new Network(
                wire.name(),
                wire.name(),
                wire.type() == null ? "" : wire.type(),
                range == null ? null : range.subnet(),
                range == null ? null : range.gateway(),
                "false".equals(config.get(ROUTING)),
                ConfigKeys.labels(config),
                null,
                members == null
                        ? null
                        : members.stream().map(ContainerId::value).toList());
    }

    private static String subject(String name) {
        return "network " + name;
    }
}
