package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.adapter.daemon.Texts;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What containers use (Docker Engine API, ContainerStats). */
final class DockerStats {
    /** Between the two samples of one reading: the daemon's own takes up to two seconds. */
    private static final Duration SAMPLE = Duration.ofMillis(500);

    private static final int PERCENT = 100;

    private final DaemonSession session;
    private final Inspection inspection;

    DockerStats(DaemonSession session, Inspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    Mono<ContainerStats> once(ContainerId id) {
        return session.agreement().flatMap(known -> {
            // One-shot, without the daemon's own second sample, is known from 1.41 on.
            if (!known.api().atLeast(1, 41)) {
                return sample(id, false).map(sample -> stats(sample, sample.precpuStats()));
            }
            return sample(id, true)
                    .flatMap(first ->
                            Mono.delay(SAMPLE).then(sample(id, true)).map(second -> stats(second, first.cpuStats())));
        });
    }

    /** One that does not run answers zeros at no time. */
    private Mono<DockerWire.Stats> sample(ContainerId id, boolean oneShot) {
        Target target = Target.of("containers", id.value(), "stats").flag("stream", false);
        if (oneShot) {
            target.flag("one-shot", true);
        }
        return session.read(
                        DaemonCall.CONTAINER,
                        "container " + id,
                        EngineRequest.get(target.toString()),
                        DockerWire.Stats.class)
                .flatMap(wire -> Texts.time(wire.read()) == null ? Mono.error(notRunning(id, null)) : Mono.just(wire));
    }

    Mono<EngineStream<ContainerStats>> stream(ContainerId id) {
        EngineRequest request = EngineRequest.get(Target.of("containers", id.value(), "stats")
                .flag("stream", true)
                .toString());
        return inspection
                .state(id)
                .flatMap(state -> state.status().isAlive()
                        ? session.open(DaemonCall.CONTAINER, "container " + id, request, Silence.BOUNDED)
                        : Mono.error(notRunning(id, state)))
                .map(reply -> new EngineStream<>(samples(reply), reply::close));
    }

    private EngineException notRunning(ContainerId id, @Nullable ContainerState state) {
        return new EngineException.WrongState(
                "CONTAINER_NOT_RUNNING",
                "container %s %s (expected: running)"
                        .formatted(id, state == null ? "does not run" : "is " + state.nativeStatus()),
                session.faults().evidence());
    }

    private Flux<ContainerStats> samples(StreamedReply reply) {
        return Flux.defer(() -> {
            JsonValueDecoder decoder = new JsonValueDecoder(session.faults().engine(), session.json());
            return reply.body()
                    .concatMapIterable(decoder::feed, 1)
                    .map(this::wire)
                    .takeWhile(wire -> Texts.time(wire.read()) != null)
                    .map(wire -> stats(wire, wire.precpuStats()));
        });
    }

    private DockerWire.Stats wire(JsonNode node) {
        try {
            return session.json().treeToValue(node, DockerWire.Stats.class);
        } catch (JacksonException unreadable) {
            throw session.faults().nonsense("a sample is not what Docker documents", unreadable);
        }
    }

    /** A sample in our words.
     *
     * @param before processor counters of the sample before
     */
    static ContainerStats stats(DockerWire.Stats wire, DockerWire.@Nullable CpuStats before) {
        DockerWire.CpuStats cpu = wire.cpuStats();
        DockerWire.MemoryStats memory = wire.memoryStats();
        return new ContainerStats(
                Objects.requireNonNull(Texts.time(wire.read()), "a sample at no time"),
                percent(cpu, before),
                cores(cpu),
                total(cpu),
                memory == null ? null : used(memory),
                memory == null ? null : memory.limit(),
                network(wire.networks(), DockerStats::received),
                network(wire.networks(), DockerStats::sent),
                block(wire.blkioStats(), "read"),
                block(wire.blkioStats(), "write"),
                wire.pidsStats() == null ? null : wire.pidsStats().current());
    }

    private static @Nullable Double percent(DockerWire.@Nullable CpuStats now, DockerWire.@Nullable CpuStats before) {
        Long total = total(now);
        Long totalBefore = total(before);
        Long system = now == null ? null : now.systemCpuUsage();
        Long systemBefore = before == null ? null : before.systemCpuUsage();
        Integer cores = cores(now);
        if (total == null || totalBefore == null || system == null || systemBefore == null || cores == null) {
            return null;
        }
        if (system <= systemBefore || total < totalBefore) {
            return null;
        }
        return (double) (total - totalBefore) / (system - systemBefore) * cores * PERCENT;
    }

    private static @Nullable Long total(DockerWire.@Nullable CpuStats cpu) {
        return cpu == null || cpu.cpuUsage() == null ? null : cpu.cpuUsage().totalUsage();
    }

    private static @Nullable Integer cores(DockerWire.@Nullable CpuStats cpu) {
        if (cpu == null) {
            return null;
        }
        if (cpu.onlineCpus() != null && cpu.onlineCpus() > 0) {
            return cpu.onlineCpus();
        }
        List<Long> each = cpu.cpuUsage() == null ? null : cpu.cpuUsage().percpuUsage();
        return each == null || each.isEmpty() ? null : each.size();
    }

    /** Without the page cache that the kernel would give up first: {@code total_inactive_file} on cgroup 1, else {@code inactive_file}. */
    private static @Nullable Long used(DockerWire.MemoryStats memory) {
        if (memory.usage() == null) {
            return null;
        }
        Map<String, Number> stats = memory.stats() == null ? Map.of() : memory.stats();
        Number cache = stats.get("total_inactive_file");
        if (cache == null) {
            cache = stats.get("inactive_file");
        }
        long inactive = cache == null ? 0 : cache.longValue();
        return inactive < memory.usage() ? memory.usage() - inactive : memory.usage();
    }

    private static @Nullable Long network(
            @Nullable Map<String, DockerWire.InterfaceStats> networks, ToLongFunction<DockerWire.InterfaceStats> part) {
        return networks == null || networks.isEmpty()
                ? null
                : Long.valueOf(networks.values().stream().mapToLong(part).sum());
    }

    private static long received(DockerWire.InterfaceStats network) {
        return network.rxBytes() == null ? 0 : network.rxBytes();
    }

    private static long sent(DockerWire.InterfaceStats network) {
        return network.txBytes() == null ? 0 : network.txBytes();
    }

    /** An empty list is what a daemon sends that cannot tell. */
    private static @Nullable Long block(DockerWire.@Nullable BlockStats block, String op) {
        List<DockerWire.BlockEntry> entries = block == null ? null : block.ioServiceBytesRecursive();
        if (entries == null || entries.isEmpty()) {
            return null;
        }
        return entries.stream()
                .filter(entry -> op.equalsIgnoreCase(entry.op()) && entry.value() != null)
                .mapToLong(entry -> entry.value() == null ? 0 : entry.value())
                .sum();
    }
}
