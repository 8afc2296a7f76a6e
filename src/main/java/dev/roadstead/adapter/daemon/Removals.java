package dev.roadstead.adapter.daemon;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.Pruned;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Pruning where a daemon's own would take more than what nobody uses. */
public final class Removals {
    private Removals() {}

    /** What is used or gone meanwhile is left out. */
    public static Mono<Pruned> oneByOne(
            DaemonSession session, Mono<List<String>> unused, String kind, DaemonCall call) {
        return unused.flatMapMany(Flux::fromIterable)
                .concatMap(
                        name -> session.call(
                                        call,
                                        name,
                                        EngineRequest.delete(
                                                Target.of(kind, name).toString()))
                                .thenReturn(name)
                                .onErrorResume(
                                        failure -> failure instanceof EngineException.NotFound
                                                || failure instanceof EngineException.Conflict,
                                        _ -> Mono.empty()),
                        1)
                .collectList()
                .map(removed -> new Pruned(removed, null));
    }
}
