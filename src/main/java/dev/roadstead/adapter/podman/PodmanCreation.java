package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.Mount;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import reactor.core.publisher.Mono;

/** Makes containers. */
final class PodmanCreation {
    private final DaemonSession session;

    PodmanCreation(DaemonSession session) {
        this.session = session;
    }

    Mono<ContainerId> create(ContainerSpec spec) {
        if (spec.project() != null) {
            return Mono.error(() -> new EngineException.Unsupported(
                    Capability.PROJECTS,
                    "Podman has no projects",
                    session.faults().evidence().with("field", "project")));
        }
        if (spec.mounts().stream().anyMatch(mount -> mount.type() == Mount.Type.OTHER)) {
            return Mono.error(() -> new EngineException.InvalidRequest(
                    "INVALID_MOUNT",
                    "a mount's type: other (expected: bind, volume or tmpfs)",
                    session.faults().evidence().with("field", "mounts")));
        }
        EngineRequest request = EngineRequest.post("/containers/create").json(session.bytes(PodmanCreateBody.of(spec)));
        return session.read(DaemonCall.CREATE, "image " + spec.image(), request, DaemonWire.Id.class)
                .map(answer -> {
                    if (answer.id() == null) {
                        throw session.faults().nonsense("a container without an id", null);
                    }
                    return new ContainerId(answer.id());
                });
    }
}
