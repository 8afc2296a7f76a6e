package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Podman's list of containers. */
final class PodmanLists {
    private PodmanLists() {}

    /** All containers in every state that pass the filters (libpod API, ContainerListLibpod), without those that only hold a pod. */
    static Mono<List<PodmanWire.Listed>> containers(DaemonSession session, Map<String, List<String>> filters) {
        return all(session, filters)
                .map(all -> all.stream()
                        .filter(container -> !Boolean.TRUE.equals(container.isInfra()))
                        .toList());
    }

    /** All containers, with those that only hold a pod. */
    static Mono<List<PodmanWire.Listed>> withInfra(DaemonSession session) {
        return all(session, Map.of());
    }

    private static Mono<List<PodmanWire.Listed>> all(DaemonSession session, Map<String, List<String>> filters) {
        Target target = Target.of("containers", "json").flag("all", true);
        if (!filters.isEmpty()) {
            target.with("filters", session.json().writeValueAsString(filters));
        }
        return session.readList(
                DaemonCall.DAEMON, "its containers", EngineRequest.get(target.toString()), PodmanWire.Listed.class);
    }
}
