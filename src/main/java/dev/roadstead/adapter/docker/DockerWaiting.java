package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.adapter.daemon.StateWatch;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits for what becomes of a container. */
final class DockerWaiting {
    private final DaemonSession session;
    private final Inspection inspection;
    private final StateWatch watch;

    DockerWaiting(DaemonSession session, Inspection inspection) {
        this.session = session;
        this.inspection = inspection;
        this.watch = new StateWatch(session, inspection, Flux.never());
    }

    Mono<ContainerState> await(ContainerId id, WaitCondition condition) {
        return switch (condition) {
            case NOT_RUNNING, NEXT_EXIT -> exit(id, condition).flatMap(waited -> ended(id, waited));
            case REMOVED ->
                exit(id, condition).map(waited -> left(ContainerStatus.REMOVING, "removed", waited.statusCode()));
            case RUNNING -> watch.until(id, wire -> is(wire, ContainerStatus.RUNNING));
            case HEALTHY -> watch.untilHealthy(id);
        };
    }

    /** Completes when there is no such container, also if there was none. */
    Mono<Void> untilRemoved(ContainerId id) {
        return exit(id, WaitCondition.REMOVED).then().onErrorResume(EngineException.NotFound.class, _ -> Mono.empty());
    }

    /** The daemon sends its head at once and the body when the condition is met (Docker Engine API, ContainerWait). */
    private Mono<DockerWire.Waited> exit(ContainerId id, WaitCondition condition) {
        EngineRequest request = EngineRequest.post(Target.of("containers", id.value(), "wait")
                .with("condition", condition.word())
                .toString());
        return session.awaitReply(DaemonCall.CONTAINER, "container " + id, request)
                .map(reply -> session.parse(reply.body(), DockerWire.Waited.class))
                .flatMap(waited -> {
                    String error =
                            waited.error() == null ? null : waited.error().message();
                    return error == null || error.isBlank()
                            ? Mono.just(waited)
                            : Mono.error(session.refusal(DaemonCall.CONTAINER, "container " + id, 500, error));
                });
    }

    /** It may run again already, or be gone: then only its exit code is left to tell. */
    private Mono<ContainerState> ended(ContainerId id, DockerWire.Waited waited) {
        return inspection
                .state(id)
                .map(state ->
                        state.status().isAlive() ? left(ContainerStatus.STOPPED, "exited", waited.statusCode()) : state)
                .onErrorResume(
                        EngineException.NotFound.class,
                        _ -> Mono.just(left(ContainerStatus.STOPPED, "exited", waited.statusCode())));
    }

    private static ContainerState left(ContainerStatus status, String word, @Nullable Integer exitCode) {
        return new ContainerState(status, word, exitCode, null, null, null);
    }

    private static boolean is(DaemonWire.Inspected wire, ContainerStatus status) {
        return InspectionMapping.state(wire.state()).status() == status;
    }
}
