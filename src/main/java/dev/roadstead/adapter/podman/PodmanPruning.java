package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Removals;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.adapter.daemon.Texts;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.Pruned;
import dev.roadstead.transport.EngineRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Removes what nobody uses. */
final class PodmanPruning {
    private static final String DEFAULT_NETWORK = "podman";

    private final DaemonSession session;
    private final EngineSettings settings;

    PodmanPruning(DaemonSession session, EngineSettings settings) {
        this.session = session;
        this.settings = settings;
    }

    /** libpod API, ContainerPruneLibpod. */
    Mono<Pruned> containers() {
        return prune("containers");
    }

    /** libpod API, ImagePruneLibpod: those without a name, unless it is told otherwise. */
    Mono<Pruned> images() {
        return prune("images");
    }

    private Mono<Pruned> prune(String kind) {
        // Deletes layers and folders one after the other: as long as a transfer may be silent.
        EngineRequest request =
                EngineRequest.post(Target.of(kind, "prune").toString()).within(settings.idleTimeout());
        return session.readList(DaemonCall.PRUNE, "its unused " + kind, request, PodmanWire.Report.class)
                .map(reports -> {
                    List<PodmanWire.Report> removed = reports.stream()
                            .filter(report -> report.id() != null && isNone(report.err()))
                            .toList();
                    return new Pruned(
                            removed.stream()
                                    .map(PodmanWire.Report::id)
                                    .filter(Objects::nonNull)
                                    .distinct()
                                    .toList(),
                            removed.stream()
                                    .map(PodmanWire.Report::size)
                                    .filter(Objects::nonNull)
                                    .mapToLong(Long::longValue)
                                    .sum());
                });
    }

    /** Not by VolumePruneLibpod, which takes named ones as well. */
    Mono<Pruned> volumes() {
        String target = Target.of("volumes", "json")
                .with("filters", session.json().writeValueAsString(Map.of("dangling", List.of("true"))))
                .toString();
        Mono<List<String>> unused = session.readList(
                        DaemonCall.DAEMON, "its volumes", EngineRequest.get(target), PodmanWire.AnonymousVolume.class)
                .map(volumes -> volumes.stream()
                        .filter(volume -> Boolean.TRUE.equals(volume.anonymous())
                                || Texts.strings(volume.labels()).containsKey(PodmanVolumes.ANONYMOUS))
                        .map(PodmanWire.AnonymousVolume::name)
                        .toList());
        return Removals.oneByOne(session, unused, "volumes", DaemonCall.VOLUME_REMOVE);
    }

    /** Of containers that do not run, too: those could not start again. */
    Mono<Pruned> networks() {
        Mono<List<String>> unused = Mono.zip(
                session.readList(
                        DaemonCall.DAEMON,
                        "its networks",
                        EngineRequest.get("/networks/json"),
                        PodmanWire.Network.class),
                PodmanLists.withInfra(session),
                (networks, containers) -> {
                    Set<String> used = new HashSet<>();
                    containers.forEach(container -> {
                        if (container.networks() != null) {
                            used.addAll(container.networks());
                        }
                    });
                    return networks.stream()
                            .map(PodmanWire.Network::name)
                            .filter(name -> !name.equals(DEFAULT_NETWORK) && !used.contains(name))
                            .toList();
                });
        return Removals.oneByOne(session, unused, "networks", DaemonCall.NETWORK_REMOVE);
    }

    private static boolean isNone(@Nullable JsonNode error) {
        return error == null
                || error.isNull()
                || (error.isString() && error.asString().isEmpty());
    }
}
