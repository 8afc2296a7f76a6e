package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.StreamedReply;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits for what becomes of a container. */
final class DockerWaiting {
    private final DaemonSession session;
    private final Inspection inspection;

    DockerWaiting(DaemonSession session, Inspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    Mono<ContainerState> await(ContainerId id, WaitCondition condition) {
        return switch (condition) {
            case NOT_RUNNING, NEXT_EXIT -> exit(id, condition).flatMap(waited -> ended(id, waited));
            case REMOVED ->
                exit(id, condition).map(waited -> left(ContainerStatus.REMOVING, "removed", waited.statusCode()));
            case RUNNING -> inspectAtEvents(id, wire -> is(wire, ContainerStatus.RUNNING));
            case HEALTHY -> inspectAtEvents(id, wire -> isHealthy(id, wire));
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

    private boolean isHealthy(ContainerId id, DaemonWire.Inspected wire) {
        DaemonWire.Healthcheck check =
                wire.config() == null ? null : wire.config().healthcheck();
        List<String> test = check == null ? null : check.test();
        if (test == null || test.isEmpty() || test.getFirst().equals("NONE")) {
            throw new EngineException.WrongState(
                    "NO_HEALTHCHECK",
                    "container %s has no health check".formatted(id),
                    session.faults().evidence());
        }
        return is(wire, ContainerStatus.RUNNING)
                && "healthy".equals(InspectionMapping.state(wire.state()).health());
    }

    /** Listens before it looks, so that no change falls in between. */
    private Mono<ContainerState> inspectAtEvents(ContainerId id, Predicate<DaemonWire.Inspected> met) {
        // By its full id, under which the daemon tells events.
        return inspection.wire(id.value()).flatMap(first -> {
            if (met.test(first)) {
                return Mono.just(InspectionMapping.state(first.state()));
            }
            return Mono.usingWhen(
                    events(first.id()),
                    reply -> Flux.concat(Mono.just(new byte[0]), reply.body())
                            .onBackpressureLatest()
                            .concatMap(_ -> inspection.wire(first.id()), 0)
                            .filter(met)
                            .next()
                            .map(wire -> InspectionMapping.state(wire.state()))
                            .switchIfEmpty(Mono.error(() -> session.faults().brokeOff("the events ended"))),
                    reply -> Mono.fromRunnable(reply::close));
        });
    }

    private Mono<StreamedReply> events(String id) {
        String filters =
                session.json().writeValueAsString(Map.of("type", List.of("container"), "container", List.of(id)));
        EngineRequest request =
                EngineRequest.get(Target.of("events").with("filters", filters).toString());
        return session.open(DaemonCall.DAEMON, "its events", request, Silence.ALLOWED);
    }
}
