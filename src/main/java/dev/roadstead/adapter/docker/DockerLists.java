package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** The daemon's list of containers, which also tells who uses volumes and networks. */
final class DockerLists {
    private DockerLists() {}

    /** All containers in every state that pass the filters (Docker Engine API, ContainerList). */
    static Mono<List<DockerWire.Listed>> containers(DaemonSession session, Map<String, List<String>> filters) {
        Target target = Target.of("containers", "json").flag("all", true);
        if (!filters.isEmpty()) {
            target.with("filters", session.json().writeValueAsString(filters));
        }
        return session.readList(
                DaemonCall.DAEMON, "its containers", EngineRequest.get(target.toString()), DockerWire.Listed.class);
    }
}
