package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.FixedAtCreate;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.MemoryLimits;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerChanges.Limit;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.Resources;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Changes containers in place (Docker Engine API, ContainerUpdate): limits and the restart policy. */
final class DockerUpdate {
    /** The kernel's, and so Docker's, where a container has none. */
    private static final int USUAL_SHARES = 1024;

    private static final long NO_LIMIT = -1;

    private final DaemonSession session;
    private final Inspection inspection;

    DockerUpdate(DaemonSession session, Inspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    Mono<Boolean> update(ContainerId id, ContainerChanges changes) {
        return inspection.container(id).flatMap(container -> {
            FixedAtCreate.refuse(container, changes, "Docker", session.faults());
            Map<String, Object> body = body(container, changes);
            if (body.isEmpty()) {
                return Mono.just(false);
            }
            EngineRequest request = EngineRequest.post(
                            Target.of("containers", id.value(), "update").toString())
                    .json(session.bytes(body));
            return session.call(DaemonCall.UPDATE, "container " + id, request).thenReturn(true);
        });
    }

    private Map<String, Object> body(Container container, ContainerChanges changes) {
        Resources now = container.resources() == null ? Resources.NONE : container.resources();
        Map<String, Object> body = new LinkedHashMap<>(limits(now, changes));
        if (changes.restartPolicy() != null && !changes.restartPolicy().equals(container.restartPolicy())) {
            body.put("RestartPolicy", DockerCreateBody.restartPolicy(changes.restartPolicy()));
        }
        return body;
    }

    private Map<String, Object> limits(Resources now, ContainerChanges changes) {
        Resources wanted = changes.resources();
        Map<String, Object> body = new LinkedHashMap<>();
        BigDecimal cpus = wanted.cpus();
        if (cpus != null && (now.cpus() == null || cpus.compareTo(now.cpus()) != 0)) {
            body.put("NanoCpus", DockerCreateBody.nanoCpus(cpus));
        }
        MemoryLimits memory = MemoryLimits.of(now, changes);
        putUnlessSo(body, "Memory", memory.memory(), null);
        putUnlessSo(body, "MemorySwap", memory.swap(), null);
        putUnlessSo(body, "PidsLimit", wanted.pids(), now.pids());
        putUnlessSo(body, "CpuShares", wanted.cpuWeight(), now.cpuWeight());
        for (Limit limit : changes.lifted()) {
            switch (limit) {
                case CPUS -> cannotBeLifted(now.cpus(), "cpus");
                case MEMORY -> cannotBeLifted(now.memory(), "memory");
                case MEMORY_SWAP -> {
                    if (now.memory() == null) {
                        cannotBeLifted(now.memorySwap(), "memory_swap");
                    }
                }
                case PIDS -> putUnlessSo(body, "PidsLimit", now.pids() == null ? null : NO_LIMIT, null);
                case CPU_WEIGHT ->
                    putUnlessSo(body, "CpuShares", now.cpuWeight() == null ? null : USUAL_SHARES, now.cpuWeight());
            }
        }
        return body;
    }

    private static void putUnlessSo(
            Map<String, Object> body, String key, @Nullable Number wanted, @Nullable Number now) {
        if (wanted != null && !wanted.equals(now)) {
            body.put(key, wanted);
        }
    }

    private void cannotBeLifted(@Nullable Object now, String limit) {
        if (now != null) {
            throw refused(
                    Capability.UPDATE_RESOURCES,
                    "Docker changes this limit in place but cannot lift it",
                    "resources." + limit);
        }
    }

    private EngineException refused(Capability capability, String reason, String field) {
        return new EngineException.Unsupported(
                capability, reason, session.faults().evidence().with("field", field));
    }
}
