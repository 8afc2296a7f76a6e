package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.event.EngineEvent;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waits for what becomes of a container: is told how the lists differ, and looks. Exit codes are not told. */
final class KleenedWaiting {
    private static final ContainerState ENDED =
            new ContainerState(ContainerStatus.STOPPED, "not running", null, null, null, null);
    private static final ContainerState REMOVED =
            new ContainerState(ContainerStatus.REMOVING, "removed", null, null, null, null);
    private static final Set<String> ENDS = Set.of("die", "remove");

    private final KleenedSession session;
    private final KleenedInventory inventory;
    private final KleenedWatch watch;

    KleenedWaiting(KleenedSession session, KleenedInventory inventory, KleenedWatch watch) {
        this.session = session;
        this.inventory = inventory;
        this.watch = watch;
    }

    Mono<ContainerState> await(ContainerId id, WaitCondition condition) {
        // What is not there at the beginning is not found; what goes later has ended.
        return inventory.state(id).flatMap(first -> switch (condition) {
            case NOT_RUNNING ->
                first.status().isAlive()
                        ? looking(id, state -> !state.status().isAlive())
                                .onErrorReturn(EngineException.NotFound.class, ENDED)
                        : Mono.just(first);
            case NEXT_EXIT -> exit(id);
            case REMOVED -> looking(id, _ -> false).onErrorReturn(EngineException.NotFound.class, REMOVED);
            case RUNNING -> looking(id, state -> state.status() == ContainerStatus.RUNNING);
            case HEALTHY ->
                Mono.error(new EngineException.WrongState(
                        "NO_HEALTHCHECK",
                        "container %s has no health check".formatted(id),
                        session.errors().evidence()));
        });
    }

    /** Listens before it looks, so that no change falls in between. */
    private Mono<ContainerState> looking(ContainerId id, Predicate<ContainerState> met) {
        return listening(
                id,
                told -> Flux.concat(Mono.just(true), told.map(_ -> true))
                        .onBackpressureLatest()
                        .concatMap(_ -> inventory.state(id), 0)
                        .filter(met)
                        .next());
    }

    /** It may run again already, or be gone. */
    private Mono<ContainerState> exit(ContainerId id) {
        return listening(
                id,
                told -> told.filter(event -> ENDS.contains(event.action()))
                        .next()
                        .flatMap(_ -> inventory
                                .state(id)
                                .map(state -> state.status().isAlive() ? ENDED : state)
                                .onErrorReturn(EngineException.NotFound.class, ENDED)));
    }

    private Mono<ContainerState> listening(ContainerId id, Function<Flux<EngineEvent>, Mono<ContainerState>> listener) {
        return Mono.usingWhen(
                watch.open(),
                stream -> listener.apply(about(stream, id))
                        .switchIfEmpty(Mono.error(() -> session.errors().brokeOff("the looking ended"))),
                stream -> Mono.fromRunnable(stream::close));
    }

    private static Flux<EngineEvent> about(EngineStream<EngineEvent> stream, ContainerId id) {
        return stream.items()
                .filter(event -> event.type().equals("container") && id.value().equals(event.id()));
    }
}
