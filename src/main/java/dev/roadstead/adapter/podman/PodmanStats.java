package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStats;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.JsonValueDecoder;
import dev.roadstead.transport.StreamedReply;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What containers use (libpod API, ContainersStatsAllLibpod). */
final class PodmanStats {
    /** Between the two samples of one reading: Podman's own percentage may be the average since the start. */
    private static final Duration SAMPLE = Duration.ofMillis(500);

    private static final double PERCENT = 100;

    private final DaemonSession session;
    private final Inspection inspection;

    PodmanStats(DaemonSession session, Inspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    Mono<ContainerStats> once(ContainerId id) {
        return alive(id)
                .then(sample(id))
                .flatMap(first -> Mono.delay(SAMPLE).then(sample(id)).map(second -> stats(second, first)));
    }

    /** One that does not run has samples of no time, or none. */
    private Mono<PodmanWire.Stats> sample(ContainerId id) {
        return session.read(DaemonCall.CONTAINER, "container " + id, request(id, false), PodmanWire.Sample.class)
                .flatMap(sample -> {
                    PodmanWire.Stats stats = only(sample);
                    return stats == null ? Mono.error(notRunning(id, "does not run")) : Mono.just(stats);
                });
    }

    Mono<EngineStream<ContainerStats>> stream(ContainerId id) {
        return alive(id)
                .then(Mono.defer(() ->
                        session.open(DaemonCall.CONTAINER, "container " + id, request(id, true), Silence.BOUNDED)))
                .map(reply -> new EngineStream<>(samples(reply), reply::close));
    }

    private static EngineRequest request(ContainerId id, boolean stream) {
        return EngineRequest.get(Target.of("containers", "stats")
                .with("containers", id)
                .flag("stream", stream)
                .with("interval", stream ? 1 : null)
                .toString());
    }

    private Mono<ContainerState> alive(ContainerId id) {
        return inspection
                .state(id)
                .flatMap(state -> state.status().isAlive()
                        ? Mono.just(state)
                        : Mono.error(notRunning(id, "is " + state.nativeStatus())));
    }

    private EngineException notRunning(ContainerId id, String how) {
        return new EngineException.WrongState(
                "CONTAINER_NOT_RUNNING",
                "container %s %s (expected: running)".formatted(id, how),
                session.faults().evidence());
    }

    private Flux<ContainerStats> samples(StreamedReply reply) {
        return Flux.defer(() -> {
            JsonValueDecoder decoder = new JsonValueDecoder(session.faults().engine(), session.json());
            return reply.body()
                    .concatMapIterable(decoder::feed, 1)
                    .map(node -> new Pair(null, only(wire(node))))
                    .takeWhile(pair -> pair.now() != null)
                    .scan((before, now) -> new Pair(before.now(), now.now()))
                    .mapNotNull(Pair::stats);
        });
    }

    private record Pair(PodmanWire.@Nullable Stats before, PodmanWire.@Nullable Stats now) {
        @Nullable
        ContainerStats stats() {
            return now == null ? null : PodmanStats.stats(now, before);
        }
    }

    private PodmanWire.Sample wire(JsonNode node) {
        try {
            return session.json().treeToValue(node, PodmanWire.Sample.class);
        } catch (JacksonException unreadable) {
            throw session.faults().nonsense("a sample is not what libpod documents", unreadable);
        }
    }

    private static PodmanWire.@Nullable Stats only(PodmanWire.Sample sample) {
        if (sample.stats() == null || sample.stats().isEmpty()) {
            return null;
        }
        PodmanWire.Stats stats = sample.stats().getFirst();
        return stats.systemNano() == null || stats.systemNano() <= 0 ? null : stats;
    }

    /** A sample in our words.
     *
     * @param before the sample before, if there is one
     */
    static ContainerStats stats(PodmanWire.Stats wire, PodmanWire.@Nullable Stats before) {
        long time = wire.systemNano() == null ? 0 : wire.systemNano();
        List<Long> cores = wire.perCpu();
        return new ContainerStats(
                Instant.ofEpochSecond(0, time),
                percent(wire, before),
                cores == null || cores.isEmpty() ? null : cores.size(),
                wire.cpuNano(),
                wire.memUsage(),
                wire.memLimit(),
                network(wire.netInput(), wire.network(), PodmanWire.InterfaceStats::rxBytes),
                network(wire.netOutput(), wire.network(), PodmanWire.InterfaceStats::txBytes),
                wire.blockInput(),
                wire.blockOutput(),
                wire.pids());
    }

    private static @Nullable Double percent(PodmanWire.Stats now, PodmanWire.@Nullable Stats before) {
        if (before == null
                || before.cpuNano() == null
                || before.systemNano() == null
                || now.cpuNano() == null
                || now.systemNano() == null) {
            return null;
        }
        long passed = now.systemNano() - before.systemNano();
        long used = now.cpuNano() - before.cpuNano();
        return passed <= 0 || used < 0 ? null : used * PERCENT / passed;
    }

    private static @Nullable Long network(
            @Nullable Long sum,
            @Nullable Map<String, PodmanWire.InterfaceStats> each,
            Function<PodmanWire.InterfaceStats, @Nullable Long> part) {
        if (each == null || each.isEmpty()) {
            return sum;
        }
        long all = 0;
        for (PodmanWire.InterfaceStats one : each.values()) {
            Long bytes = part.apply(one);
            all += bytes == null ? 0 : bytes;
        }
        return all;
    }
}
