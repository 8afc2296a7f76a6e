package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerChanges;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.RestartPolicy;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Changes instances in place: their configuration, in one step. */
final class LxdUpdating {
    private final LxdSession session;
    private final LxdInstances instances;

    LxdUpdating(LxdSession session, LxdInstances instances) {
        this.session = session;
        this.instances = instances;
    }

    Mono<Boolean> update(ContainerId id, ContainerChanges changes) {
        InstanceAddress address = InstanceAddress.of(id);
        return session.dialect().flatMap(dialect -> {
            check(dialect, changes);
            return instances.wire(LxdCall.UPDATE, address).flatMap(read -> {
                Map<String, String> there = read.value().config() == null
                        ? Map.<String, String>of()
                        : read.value().config();
                Map<String, String> wanted = changed(there, changes);
                if (wanted.isEmpty()) {
                    return Mono.just(false);
                }
                EngineRequest request = EngineRequest.of(
                                "PATCH", LxdTarget.of(address).toString())
                        .json(session.bytes(Map.of("config", wanted)));
                if (read.etag() != null) {
                    request = request.header("If-Match", read.etag());
                }
                return session.operation(LxdCall.UPDATE, LxdInstances.subject(address), request)
                        .thenReturn(true);
            });
        });
    }

    /** What is to be written; an empty value takes a key away. */
    private Map<String, String> changed(Map<String, String> there, ContainerChanges changes) {
        Map<String, String> wanted = new LinkedHashMap<>();
        if (changes.env() != null) {
            changes.env().forEach((name, value) -> wanted.put(LxdMapping.ENVIRONMENT + name, value.orElse("")));
        }
        Map<String, String> labels = changes.labels();
        if (labels != null) {
            LxdMapping.written(LxdMapping.labels(there)).keySet().forEach(key -> wanted.put(key, ""));
            wanted.putAll(LxdMapping.written(labels));
        }
        wanted.putAll(LxdConfig.of(changes.resources(), changes.lifted()));
        RestartPolicy policy = changes.restartPolicy();
        if (policy != null) {
            wanted.putAll(LxdCreation.restarting(policy.name() == RestartPolicy.Name.ALWAYS));
        }
        wanted.entrySet().removeIf(entry -> entry.getValue().equals(there.getOrDefault(entry.getKey(), "")));
        return wanted;
    }

    private void check(Dialect dialect, ContainerChanges changes) {
        RestartPolicy policy = changes.restartPolicy();
        boolean canRestart =
                policy == null || (dialect.has(LxdCapabilities.AUTORESTART) && LxdCreation.canRestart(dialect, policy));
        refuse(!canRestart, Capability.UPDATE_RESTART_POLICY, "restart_policy", LxdCapabilities.NO_RESTART_POLICY);
        refuse(
                changes.resources().cpuWeight() != null || changes.lifted().contains(ContainerChanges.Limit.CPU_WEIGHT),
                Capability.CPU_WEIGHT,
                "resources.cpu_weight",
                LxdCapabilities.NO_CPU_WEIGHT);
        refuse(
                !LxdConfig.canSwap(changes.resources()),
                Capability.UPDATE_RESOURCES,
                "resources.memory_swap",
                LxdCapabilities.NO_SWAP_SIZE);
        if (changes.env() != null) {
            LxdCreation.checkValues(
                    session.errors(),
                    changes.env().values().stream().flatMap(Optional::stream).toList());
        }
        try {
            var _ = LxdConfig.of(changes.resources(), changes.lifted());
        } catch (IllegalArgumentException unwritable) {
            throw new EngineException.InvalidRequest(
                    "INVALID_REQUEST",
                    String.valueOf(unwritable.getMessage()),
                    session.errors().evidence().with("field", "resources"));
        }
    }

    private void refuse(boolean asked, Capability capability, String field, String reason) {
        session.errors().refuse(asked, capability, field, reason);
    }
}
