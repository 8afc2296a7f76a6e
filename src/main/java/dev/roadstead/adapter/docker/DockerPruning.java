package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Removals;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.Pruned;
import dev.roadstead.transport.EngineRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Removes what nobody uses. */
final class DockerPruning {
    /** Of volumes that got their name from the daemon; up to 1.41 nothing else tells them from the others. */
    private static final Pattern ANONYMOUS = Pattern.compile("[0-9a-f]{64}");

    private static final Set<String> PREDEFINED = Set.of("bridge", "host", "none", "ingress", "docker_gwbridge");

    private final DaemonSession session;
    private final EngineSettings settings;

    DockerPruning(DaemonSession session, EngineSettings settings) {
        this.session = session;
        this.settings = settings;
    }

    /** Docker Engine API, ContainerPrune. */
    Mono<Pruned> containers() {
        return prune("containers")
                .map(answer -> new Pruned(orNone(answer.containersDeleted()), answer.spaceReclaimed()));
    }

    /** Docker Engine API, ImagePrune: those without a name, unless it is told otherwise. */
    Mono<Pruned> images() {
        return prune("images")
                .map(answer -> new Pruned(
                        orNone(answer.imagesDeleted()).stream()
                                .map(DockerWire.RemovedReference::deleted)
                                .filter(Objects::nonNull)
                                .distinct()
                                .toList(),
                        answer.spaceReclaimed()));
    }

    /** Docker Engine API, VolumePrune: from 1.42 on it takes anonymous ones only; before, it would take all. */
    Mono<Pruned> volumes() {
        return session.agreement()
                .flatMap(known -> known.api().atLeast(1, 42)
                        ? prune("volumes")
                                .map(answer -> new Pruned(orNone(answer.volumesDeleted()), answer.spaceReclaimed()))
                        : Removals.oneByOne(session, unusedAnonymousVolumes(), "volumes", DaemonCall.VOLUME_REMOVE));
    }

    private Mono<List<String>> unusedAnonymousVolumes() {
        String target = Target.of("volumes")
                .with("filters", session.json().writeValueAsString(Map.of("dangling", List.of("true"))))
                .toString();
        return session.read(DaemonCall.DAEMON, "its volumes", EngineRequest.get(target), DockerWire.Volumes.class)
                .map(answer -> orNone(answer.volumes()).stream()
                        .map(DaemonWire.Volume::name)
                        .filter(name -> ANONYMOUS.matcher(name).matches())
                        .toList());
    }

    /** Not by NetworkPrune, which takes the networks of containers that do not run as well: those could not start again. */
    Mono<Pruned> networks() {
        Mono<List<String>> unused = Mono.zip(
                session.readList(
                        DaemonCall.DAEMON, "its networks", EngineRequest.get("/networks"), DockerWire.Network.class),
                DockerLists.containers(session, Map.of()),
                (networks, containers) -> {
                    Set<String> used = new HashSet<>();
                    containers.forEach(container -> addNetworks(container, used));
                    return networks.stream()
                            .filter(network -> !PREDEFINED.contains(network.name())
                                    && !used.contains(network.name())
                                    && !used.contains(network.id()))
                            .map(DockerWire.Network::id)
                            .toList();
                });
        return Removals.oneByOne(session, unused, "networks", DaemonCall.NETWORK_REMOVE);
    }

    private static void addNetworks(DockerWire.Listed container, Set<String> used) {
        Map<String, DaemonWire.@Nullable Endpoint> endpoints = container.networkSettings() == null
                        || container.networkSettings().networks() == null
                ? Map.of()
                : container.networkSettings().networks();
        endpoints.forEach((name, endpoint) -> {
            used.add(name);
            if (endpoint != null && endpoint.networkId() != null) {
                used.add(endpoint.networkId());
            }
        });
    }

    private Mono<DockerWire.Pruned> prune(String kind) {
        // Deletes layers and folders one after the other: as long as a transfer may be silent.
        EngineRequest request =
                EngineRequest.post(Target.of(kind, "prune").toString()).within(settings.idleTimeout());
        return session.read(DaemonCall.PRUNE, "its unused " + kind, request, DockerWire.Pruned.class);
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }
}
