package dev.roadstead.adapter.daemon;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.StreamedReply;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/** Watches what becomes of a container: looks at it whenever the daemon tells an event of it. */
public final class StateWatch {
    private static final byte[] NOTHING = {};

    private final DaemonSession session;
    private final Inspection inspection;
    private final Flux<byte[]> besides;

    /** @param besides when else to look: where a daemon may answer before it begins to listen */
    public StateWatch(DaemonSession session, Inspection inspection, Flux<?> besides) {
        this.besides = besides.map(_ -> NOTHING);
        this.session = session;
        this.inspection = inspection;
    }

    /** The state in which its health check was passed; without a health check it is WrongState. */
    public Mono<ContainerState> untilHealthy(ContainerId id) {
        return until(id, wire -> isHealthy(id, wire));
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
        return InspectionMapping.state(wire.state()).status() == ContainerStatus.RUNNING
                && "healthy".equals(InspectionMapping.state(wire.state()).health());
    }

    /** Listens before it looks, so that no change falls in between. */
    public Mono<ContainerState> until(ContainerId id, Predicate<DaemonWire.Inspected> met) {
        // By its full id, under which the daemon tells events.
        return inspection.wire(id.value()).flatMap(first -> {
            if (met.test(first)) {
                return Mono.just(InspectionMapping.state(first.state()));
            }
            return Mono.usingWhen(
                    events(first.id()),
                    reply -> Flux.concat(Mono.just(NOTHING), listening(reply))
                            .onBackpressureLatest()
                            .concatMap(_ -> inspection.wire(first.id()), 0)
                            .filter(met)
                            .next()
                            .map(wire -> InspectionMapping.state(wire.state()))
                            .switchIfEmpty(Mono.error(() -> session.faults().brokeOff("the events ended"))),
                    reply -> Mono.fromRunnable(reply::close));
        });
    }

    /** Ends with the events. */
    private Flux<byte[]> listening(StreamedReply reply) {
        return Flux.merge(reply.body().materialize(), besides.map(Signal::next).onBackpressureDrop())
                .<byte[]>dematerialize();
    }

    private Mono<StreamedReply> events(String id) {
        String filters =
                session.json().writeValueAsString(Map.of("type", List.of("container"), "container", List.of(id)));
        EngineRequest request =
                EngineRequest.get(Target.of("events").with("filters", filters).toString());
        return session.open(DaemonCall.DAEMON, "its events", request, Silence.ALLOWED);
    }
}
