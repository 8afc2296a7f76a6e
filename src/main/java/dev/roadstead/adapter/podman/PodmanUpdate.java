package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.Agreement;
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
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Changes containers in place (libpod API, ContainerUpdateLibpod): limits and the restart policy. */
final class PodmanUpdate {
    static final String NOT_KEPT = "before 5.1 Podman neither keeps nor shows what it changed in place";

    private final DaemonSession session;
    private final Inspection inspection;

    PodmanUpdate(DaemonSession session, Inspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    /** Whether changes outlive the container's run, and are told. */
    static boolean keeps(Agreement agreement) {
        return agreement.api().atLeast(5, 1);
    }

    Mono<Boolean> update(ContainerId id, ContainerChanges changes) {
        return session.agreement()
                .flatMap(known -> inspection.container(id).flatMap(container -> update(known, container, changes)));
    }

    private Mono<Boolean> update(Agreement known, Container container, ContainerChanges changes) {
        FixedAtCreate.refuse(container, changes, "Podman", session.faults());
        Resources limits = limits(container, changes);
        RestartPolicy policy =
                Objects.equals(changes.restartPolicy(), container.restartPolicy()) ? null : changes.restartPolicy();
        if (!limits.equals(Resources.NONE) && !keeps(known)) {
            throw refused(Capability.UPDATE_RESOURCES, NOT_KEPT, "resources");
        }
        if (policy != null && !keeps(known)) {
            throw refused(Capability.UPDATE_RESTART_POLICY, NOT_KEPT, "restart_policy");
        }
        if (limits.equals(Resources.NONE) && policy == null) {
            return Mono.just(false);
        }
        Target target = Target.of("containers", container.id().value(), "update");
        if (policy != null) {
            target.with("restartPolicy", policy.name().word());
            if (policy.name() == RestartPolicy.Name.ON_FAILURE && policy.maxRetries() > 0) {
                target.with("restartRetries", policy.maxRetries());
            }
        }
        EngineRequest request =
                EngineRequest.post(target.toString()).json(session.bytes(PodmanCreateBody.limits(limits)));
        return session.call(DaemonCall.UPDATE, "container " + container.id(), request)
                .thenReturn(true);
    }

    /** Only what changes. */
    private Resources limits(Container container, ContainerChanges changes) {
        Resources now = container.resources() == null ? Resources.NONE : container.resources();
        Resources wanted = changes.resources();
        changes.lifted().forEach(limit -> {
            if (value(now, limit) != null && !(limit == Limit.MEMORY_SWAP && now.memory() != null)) {
                throw refused(
                        Capability.UPDATE_RESOURCES,
                        "Podman changes this limit in place but cannot lift it",
                        "resources." + limit.name().toLowerCase(Locale.ROOT));
            }
        });
        MemoryLimits memory = MemoryLimits.of(now, changes);
        return new Resources(
                cpus(wanted.cpus(), now.cpus()),
                memory.memory(),
                memory.swap(),
                Objects.equals(wanted.pids(), now.pids()) ? null : wanted.pids(),
                Objects.equals(wanted.cpuWeight(), now.cpuWeight()) ? null : wanted.cpuWeight());
    }

    private static @Nullable BigDecimal cpus(@Nullable BigDecimal wanted, @Nullable BigDecimal now) {
        return wanted != null && now != null && wanted.compareTo(now) == 0 ? null : wanted;
    }

    private static @Nullable Object value(Resources resources, Limit limit) {
        return switch (limit) {
            case CPUS -> resources.cpus();
            case MEMORY -> resources.memory();
            case MEMORY_SWAP -> resources.memorySwap();
            case PIDS -> resources.pids();
            case CPU_WEIGHT -> resources.cpuWeight();
        };
    }

    private EngineException refused(Capability capability, String reason, String field) {
        return new EngineException.Unsupported(
                capability, reason, session.faults().evidence().with("field", field));
    }
}
