package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerSpec;
import dev.roadstead.container.ContainerSpec.NetworkRequest;
import dev.roadstead.container.Mount;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Makes containers. */
final class DockerCreation {
    private final DaemonSession session;

    DockerCreation(DaemonSession session) {
        this.session = session;
    }

    Mono<ContainerId> create(ContainerSpec spec) {
        if (spec.project() != null) {
            return Mono.error(() -> new EngineException.Unsupported(
                    Capability.PROJECTS,
                    "Docker has no projects",
                    session.faults().evidence().with("field", "project")));
        }
        if (spec.pod() != null) {
            return Mono.error(() -> new EngineException.Unsupported(
                    Capability.PODS,
                    "Docker has no pods",
                    session.faults().evidence().with("field", "pod")));
        }
        if (spec.mounts().stream().anyMatch(mount -> mount.type() == Mount.Type.OTHER)) {
            return Mono.error(() -> new EngineException.InvalidRequest(
                    "INVALID_MOUNT",
                    "a mount's type: other (expected: bind, volume or tmpfs)",
                    session.faults().evidence().with("field", "mounts")));
        }
        return session.agreement().flatMap(known -> {
            // Before 1.44 a container is made on one network and put on the others afterwards.
            boolean allAtOnce = known.api().atLeast(1, 44);
            List<NetworkRequest> later = allAtOnce || spec.networks().isEmpty()
                    ? List.of()
                    : spec.networks().subList(1, spec.networks().size());
            return networksExist(spec).then(make(spec, allAtOnce, later));
        });
    }

    /** The daemon itself would find out only at the start. */
    private Mono<Void> networksExist(ContainerSpec spec) {
        return Flux.fromIterable(spec.networks())
                .concatMap(network -> session.call(
                        DaemonCall.NETWORK,
                        "network " + network.name(),
                        EngineRequest.get(Target.of("networks", network.name()).toString())))
                .then();
    }

    private Mono<ContainerId> make(ContainerSpec spec, boolean allAtOnce, List<NetworkRequest> later) {
        EngineRequest request = EngineRequest.post(Target.of("containers", "create")
                        .with("name", spec.name())
                        .toString())
                .json(session.bytes(DockerCreateBody.of(spec, allAtOnce)));
        Mono<ContainerId> made = session.read(DaemonCall.CREATE, "image " + spec.image(), request, DaemonWire.Id.class)
                .map(answer -> {
                    if (answer.id() == null) {
                        throw session.faults().nonsense("a container without an id", null);
                    }
                    return new ContainerId(answer.id());
                });
        if (later.isEmpty()) {
            return made;
        }
        return Mono.usingWhen(
                made,
                id -> Flux.fromIterable(later)
                        .concatMap(network -> connect(id, network))
                        .then(Mono.just(id)),
                _ -> Mono.empty(),
                (id, _) -> remove(id),
                this::remove);
    }

    private Mono<Void> connect(ContainerId id, NetworkRequest network) {
        EngineRequest request = EngineRequest.post(
                        Target.of("networks", network.name(), "connect").toString())
                .json(session.bytes(DockerCreateBody.connection(id, network)));
        return session.call(DaemonCall.CONNECT, "network " + network.name(), request)
                .then();
    }

    private Mono<Void> remove(ContainerId id) {
        EngineRequest request = EngineRequest.delete(Target.of("containers", id.value())
                .flag("force", true)
                .flag("v", true)
                .toString());
        return session.call(DaemonCall.REMOVE, "container " + id, request).then();
    }
}
