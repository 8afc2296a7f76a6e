package dev.roadstead.adapter.podman;

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
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Networks of Podman. */
final class PodmanNetworks implements NetworkOperations {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    private final DaemonSession session;
    private final Inspection inspection;
    private final PodmanPruning pruning;

    PodmanNetworks(DaemonSession session, Inspection inspection, PodmanPruning pruning) {
        this.session = session;
        this.inspection = inspection;
        this.pruning = pruning;
    }

    @Override
    public Mono<List<Network>> list() {
        return session.readList(
                        DaemonCall.DAEMON,
                        "its networks",
                        EngineRequest.get("/networks/json"),
                        PodmanWire.Network.class)
                .map(all -> all.stream().map(wire -> network(wire, null)).toList());
    }

    @Override
    public Mono<Network> inspect(String name) {
        return wire(name).flatMap(wire -> members(wire).map(members -> network(wire, members)));
    }

    /** By exact name or id: Podman would take a prefix, too. */
    private Mono<PodmanWire.Network> wire(String name) {
        if (!NAME.matcher(name).matches()) {
            return Mono.error(() -> noSuch(name));
        }
        return session.read(
                        DaemonCall.NETWORK,
                        "network " + name,
                        EngineRequest.get(Target.of("networks", name, "json").toString()),
                        PodmanWire.Network.class)
                .flatMap(wire -> wire.name().equals(name) || wire.id().equals(name)
                        ? Mono.just(wire)
                        : Mono.error(noSuch(name)));
    }

    private EngineException noSuch(String name) {
        return new EngineException.NotFound(
                "NO_SUCH_NETWORK", "no network " + name, session.faults().evidence());
    }

    /** Those that do not run, too. */
    private Mono<List<String>> members(PodmanWire.Network wire) {
        return PodmanLists.containers(session, Map.of("network", List.of(wire.name())))
                .map(all -> all.stream().map(PodmanWire.Listed::id).distinct().toList());
    }

    @Override
    public Mono<Network> create(NetworkSpec spec) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", spec.name());
        body.put("driver", spec.driver());
        body.put("internal", spec.internal());
        // Podman's own command does so: containers find each other by name.
        body.put("dns_enabled", true);
        body.put("labels", spec.labels());
        Map<String, String> range = new LinkedHashMap<>();
        if (spec.subnet() != null) {
            range.put("subnet", spec.subnet());
        }
        if (spec.gateway() != null) {
            range.put("gateway", spec.gateway());
        }
        if (!range.isEmpty()) {
            body.put("subnets", List.of(range));
        }
        EngineRequest request = EngineRequest.post("/networks/create").json(session.bytes(body));
        return session.read(DaemonCall.NETWORK_CREATE, "network " + spec.name(), request, PodmanWire.Network.class)
                .map(wire -> network(wire, List.of()));
    }

    /** What went wrong may stand in an answer of 200. */
    @Override
    public Mono<Void> remove(String name) {
        return wire(name)
                .flatMap(wire -> session.readList(
                        DaemonCall.NETWORK_REMOVE,
                        "network " + name,
                        EngineRequest.delete(Target.of("networks", wire.name()).toString()),
                        PodmanWire.Report.class))
                .flatMap(reports -> PodmanReports.all(session, DaemonCall.NETWORK_REMOVE, "network " + name, reports));
    }

    @Override
    public Mono<Void> connect(ContainerId container, NetworkRequest request) {
        return attachment(container, request.name()).flatMap(found -> {
            if (found.isPresent()) {
                return Mono.error(new EngineException.Conflict(
                        "ALREADY_CONNECTED",
                        "container %s is on network %s already".formatted(container, request.name()),
                        session.faults().evidence()));
            }
            Map<String, Object> body = new LinkedHashMap<>(PodmanCreateBody.endpoint(request));
            body.put("container", container.value());
            return send(DaemonCall.CONNECT, request.name(), "connect", body);
        });
    }

    @Override
    public Mono<Void> disconnect(ContainerId container, String network) {
        return attachment(container, network).flatMap(found -> {
            if (found.isEmpty()) {
                return Mono.error(new EngineException.NotFound(
                        "NOT_CONNECTED",
                        "container %s is not on network %s".formatted(container, network),
                        session.faults().evidence()));
            }
            return send(
                    DaemonCall.DISCONNECT,
                    found.get(),
                    "disconnect",
                    Map.of("Container", container.value(), "Force", false));
        });
    }

    private Mono<Void> send(DaemonCall call, String network, String action, Map<String, Object> body) {
        return session.call(
                        call,
                        "network " + network,
                        EngineRequest.post(
                                        Target.of("networks", network, action).toString())
                                .json(session.bytes(body)))
                .then();
    }

    /** The network's name, if the container is on it. */
    private Mono<Optional<String>> attachment(ContainerId container, String network) {
        return inspection
                .wire(container.value())
                .flatMap(found -> wire(network).map(wire -> {
                    DaemonWire.NetworkSettings settings = found.networkSettings();
                    boolean on = settings != null
                            && settings.networks() != null
                            && settings.networks().containsKey(wire.name());
                    return on ? Optional.of(wire.name()) : Optional.empty();
                }));
    }

    @Override
    public Mono<Pruned> prune() {
        return pruning.networks();
    }

    private static Network network(PodmanWire.Network wire, @Nullable List<String> members) {
        Optional<PodmanWire.Subnet> range = (wire.subnets() == null ? List.<PodmanWire.Subnet>of() : wire.subnets())
                .stream()
                        .filter(subnet ->
                                subnet.subnet() != null && !subnet.subnet().contains(":"))
                        .findFirst();
        return new Network(
                wire.id(),
                wire.name(),
                wire.driver() == null ? "" : wire.driver(),
                range.map(PodmanWire.Subnet::subnet).orElse(null),
                range.map(PodmanWire.Subnet::gateway).map(Texts::blankToNull).orElse(null),
                Boolean.TRUE.equals(wire.internal()),
                Texts.strings(wire.labels()),
                Texts.time(wire.created()),
                members);
    }
}
