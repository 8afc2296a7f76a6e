package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStats;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What instances use: the daemon tells counters, percentages are made of two looks. */
final class LxdStats {
    private static final Duration STEP = Duration.ofSeconds(1);
    private static final double PERCENT = 100;
    private static final String LOOPBACK = "loopback";

    private final LxdSession session;
    private final LxdInstances instances;

    LxdStats(LxdSession session, LxdInstances instances) {
        this.session = session;
        this.instances = instances;
    }

    /** One look, and when it was taken. */
    private record Look(Instant time, long nanos, LxdWire.State state) {
        @Nullable
        Long cpu() {
            return state.cpu() == null ? null : state.cpu().usage();
        }
    }

    Mono<ContainerStats> once(ContainerId id) {
        return instances
                .alive(id)
                .flatMap(this::limit)
                .flatMap(limit -> look(id).flatMap(first ->
                        Mono.delay(STEP).then(look(id)).map(second -> stats(second, first, limit.orElse(null)))));
    }

    /** What the configuration allows, bytes; the host's memory if it says nothing. */
    private Mono<Optional<Long>> limit(LxdWire.Instance wire) {
        Long limit = LxdUnits.bytes(LxdMapping.config(wire).get("limits.memory"));
        return limit != null
                ? Mono.just(Optional.of(limit))
                : LxdHost.memory(session).map(Optional::of).defaultIfEmpty(Optional.empty());
    }

    Mono<EngineStream<ContainerStats>> stream(ContainerId id) {
        return instances.alive(id).flatMap(this::limit).map(limit -> {
            Sinks.Empty<Void> closed = Sinks.empty();
            Flux<ContainerStats> samples = look(id).repeatWhen(rounds -> rounds.concatMap(_ -> Mono.delay(STEP), 1))
                    .takeWhile(look ->
                            LxdMapping.status(look.state().statusCode(), false).isAlive())
                    .onErrorComplete(EngineException.NotFound.class)
                    .buffer(2, 1)
                    .filter(pair -> pair.size() == 2)
                    .map(pair -> stats(pair.getLast(), pair.getFirst(), limit.orElse(null)))
                    .takeUntilOther(closed.asMono());
            return new EngineStream<>(samples, closed::tryEmitEmpty);
        });
    }

    private Mono<Look> look(ContainerId id) {
        return Mono.defer(() -> instances.usage(InstanceAddress.of(id)))
                .map(state -> new Look(Instant.now(), System.nanoTime(), state));
    }

    private static ContainerStats stats(Look now, Look before, @Nullable Long limit) {
        LxdWire.Memory memory = now.state().memory();
        return new ContainerStats(
                now.time(),
                percent(now, before),
                null,
                now.cpu(),
                memory == null ? null : memory.usage(),
                memory != null && memory.total() != null && memory.total() > 0 ? memory.total() : limit,
                network(now.state(), LxdWire.Counters::bytesReceived),
                network(now.state(), LxdWire.Counters::bytesSent),
                null,
                null,
                now.state().processes());
    }

    private static @Nullable Double percent(Look now, Look before) {
        Long used = now.cpu();
        Long usedBefore = before.cpu();
        long passed = now.nanos() - before.nanos();
        return used == null || usedBefore == null || used < usedBefore || passed <= 0
                ? null
                : Double.valueOf((double) (used - usedBefore) / passed * PERCENT);
    }

    private static @Nullable Long network(LxdWire.State state, Function<LxdWire.Counters, @Nullable Long> part) {
        if (state.network() == null || state.network().isEmpty()) {
            return null;
        }
        long sum = 0;
        for (LxdWire.Interface one : state.network().values()) {
            LxdWire.Counters counters = one.counters();
            Long bytes = counters == null || LOOPBACK.equals(one.type()) ? null : part.apply(counters);
            sum += bytes == null ? 0 : bytes;
        }
        return sum;
    }
}
