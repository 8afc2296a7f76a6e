package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.adapter.daemon.Texts;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.NetworkOperations;
import dev.roadstead.engine.Pruned;
import dev.roadstead.network.Network;
import dev.roadstead.network.NetworkSpec;
import dev.roadstead.transport.EngineRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Networks of a Docker daemon. */
final class DockerNetworks implements NetworkOperations {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    private final DaemonSession session;
    private final Inspection inspection;
    private final DockerPruning pruning;

    DockerNetworks(DaemonSession session, Inspection inspection, DockerPruning pruning) {
        this.session = session;
        this.pruning = pruning;
        this.inspection = inspection;
    }

    @Override
    public Mono<List<Network>> list() {
        return session.readList(
                        DaemonCall.DAEMON, "its networks", EngineRequest.get("/networks"), DockerWire.Network.class)
                .map(all -> all.stream().map(wire -> network(wire, null)).toList());
    }

    @Override
    public Mono<Network> inspect(String name) {
        return wire(name).flatMap(wire -> members(wire).map(members -> network(wire, members)));
    }

    /** By exact name or id: the daemon would take a prefix, too. */
    private Mono<DockerWire.Network> wire(String name) {
        if (!NAME.matcher(name).matches()) {
            return Mono.error(() -> noSuch(name));
        }
        return session.read(
                        DaemonCall.NETWORK,
                        "network " + name,
                        EngineRequest.get(Target.of("networks", name).toString()),
                        DockerWire.Network.class)
                .flatMap(wire -> wire.name().equals(name) || wire.id().equals(name)
                        ? Mono.just(wire)
                        : Mono.error(noSuch(name)));
    }

    private EngineException noSuch(String name) {
        return new EngineException.NotFound(
                "NO_SUCH_NETWORK", "no network " + name, session.faults().evidence());
    }

    /** Those that do not run, too: the network's own list leaves them out; one that never ran is found only by the name. */
    private Mono<List<String>> members(DockerWire.Network wire) {
        return DockerLists.containers(session, Map.of("network", List.of(wire.id(), wire.name())))
                .map(all -> all.stream()
                        .filter(container -> isMember(container, wire))
                        .map(DockerWire.Listed::id)
                        .toList());
    }

    /** The daemon's filter takes a name for the beginning of an id as well. */
    private static boolean isMember(DockerWire.Listed container, DockerWire.Network wire) {
        Map<String, DaemonWire.@Nullable Endpoint> endpoints = container.networkSettings() == null
                        || container.networkSettings().networks() == null
                ? Map.of()
                : container.networkSettings().networks();
        return endpoints.containsKey(wire.name())
                || endpoints.values().stream()
                        .anyMatch(endpoint -> endpoint != null && wire.id().equals(endpoint.networkId()));
    }

    @Override
    public Mono<Network> create(NetworkSpec spec) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Name", spec.name());
        // Up to 1.43 the daemon would make two of one name.
        body.put("CheckDuplicate", true);
        body.put("Driver", spec.driver());
        body.put("Internal", spec.internal());
        body.put("Labels", spec.labels());
        Map<String, String> range = new LinkedHashMap<>();
        if (spec.subnet() != null) {
            range.put("Subnet", spec.subnet());
        }
        if (spec.gateway() != null) {
            range.put("Gateway", spec.gateway());
        }
        if (!range.isEmpty()) {
            body.put("IPAM", Map.of("Config", List.of(range)));
        }
        EngineRequest request = EngineRequest.post("/networks/create").json(session.bytes(body));
        return session.read(DaemonCall.NETWORK_CREATE, "network " + spec.name(), request, DaemonWire.Id.class)
                .flatMap(made -> inspect(made.id() == null ? spec.name() : made.id()));
    }

    @Override
    public Mono<Void> remove(String name) {
        return wire(name)
                .flatMap(wire -> members(wire)
                        .flatMap(members -> members.isEmpty()
                                ? session.call(
                                        DaemonCall.NETWORK_REMOVE,
                                        "network " + name,
                                        EngineRequest.delete(
                                                Target.of("networks", wire.id()).toString()))
                                : Mono.error(new EngineException.Conflict(
                                        "NETWORK_IN_USE",
                                        "network %s has %d containers".formatted(name, members.size()),
                                        session.faults().evidence().with("containers", members)))))
                .then();
    }

    @Override
    public Mono<Void> connect(ContainerId container, NetworkRequest request) {
        return attachment(container, request.name()).flatMap(found -> {
            if (found.attached()) {
                return Mono.error(new EngineException.Conflict(
                        "ALREADY_CONNECTED",
                        "container %s is on network %s already".formatted(container, request.name()),
                        session.faults().evidence()));
            }
            return session.call(
                            DaemonCall.CONNECT,
                            "network " + request.name(),
                            EngineRequest.post(Target.of("networks", found.network(), "connect")
                                            .toString())
                                    .json(session.bytes(DockerCreateBody.connection(container, request))))
                    .then();
        });
    }

    @Override
    public Mono<Void> disconnect(ContainerId container, String network) {
        return attachment(container, network).flatMap(found -> {
            if (!found.attached()) {
                return Mono.error(new EngineException.NotFound(
                        "NOT_CONNECTED",
                        "container %s is not on network %s".formatted(container, network),
                        session.faults().evidence()));
            }
            return session.call(
                            DaemonCall.DISCONNECT,
                            "network " + network,
                            EngineRequest.post(Target.of("networks", found.network(), "disconnect")
                                            .toString())
                                    .json(session.bytes(Map.of("Container", container.value(), "Force", false))))
                    .then();
        });
    }

    @Override
    public Mono<Pruned> prune() {
        return pruning.networks();
    }

    private record Attachment(String network, boolean attached) {}

    /** Looked at before, since the daemon silently connects a stopped container twice. */
    private Mono<Attachment> attachment(ContainerId container, String network) {
        return inspection
                .wire(container.value())
                .flatMap(found -> wire(network).map(wire -> {
                    Map<String, DaemonWire.@Nullable Endpoint> endpoints = found.networkSettings() == null
                                    || found.networkSettings().networks() == null
                            ? Map.of()
                            : found.networkSettings().networks();
                    return new Attachment(wire.id(), endpoints.containsKey(wire.name()));
                }));
    }

    private static Network network(DockerWire.Network wire, @Nullable List<String> members) {
        String subnet = null;
        String gateway = null;
        List<DockerWire.IpamConfig> ranges =
                wire.ipam() == null ? null : wire.ipam().config();
        for (DockerWire.IpamConfig range : ranges == null ? List.<DockerWire.IpamConfig>of() : ranges) {
            if (subnet == null && range.subnet() != null && !range.subnet().contains(":")) {
                subnet = range.subnet();
                gateway = Texts.blankToNull(range.gateway());
            }
        }
        return new Network(
                wire.id(),
                wire.name(),
                wire.driver() == null ? "" : wire.driver(),
                subnet,
                gateway,
                Boolean.TRUE.equals(wire.internal()),
                Texts.strings(wire.labels()),
                Texts.time(wire.created()),
                members);
    }
}
