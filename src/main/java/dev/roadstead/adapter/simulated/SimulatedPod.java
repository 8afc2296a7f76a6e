package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerStatus;
import dev.roadstead.pod.Pod;
import dev.roadstead.pod.PodSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A pod with its containers. Guarded by the host. */
final class SimulatedPod {
    private final String id;
    private final String name;
    private final PodSpec spec;
    private final Instant createdAt;
    private final List<SimulatedContainer> members = new ArrayList<>();

    SimulatedPod(String id, String name, PodSpec spec, Instant createdAt) {
        this.id = id;
        this.name = name;
        this.spec = spec;
        this.createdAt = createdAt;
    }

    String id() {
        return id;
    }

    String name() {
        return name;
    }

    List<SimulatedContainer> members() {
        return members;
    }

    boolean isAlive() {
        return members.stream().anyMatch(SimulatedContainer::isAlive);
    }

    Pod describe() {
        return new Pod(
                id,
                name,
                status(),
                status(),
                createdAt,
                spec.labels(),
                members.stream()
                        .map(member -> new Pod.Member(
                                member.id().value(),
                                member.name(),
                                member.status().word()))
                        .toList());
    }

    private String status() {
        Set<ContainerStatus> all =
                members.stream().map(SimulatedContainer::status).collect(Collectors.toSet());
        if (all.isEmpty() || all.equals(Set.of(ContainerStatus.CREATED))) {
            return "created";
        }
        if (all.equals(Set.of(ContainerStatus.PAUSED))) {
            return "paused";
        }
        if (!isAlive()) {
            return "stopped";
        }
        return all.equals(Set.of(ContainerStatus.RUNNING)) ? "running" : "degraded";
    }
}
