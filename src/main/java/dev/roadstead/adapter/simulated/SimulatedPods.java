package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.PodOperations;
import dev.roadstead.pod.Pod;
import dev.roadstead.pod.PodSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Pods in memory: containers that are driven together. They share nothing else, and their ports are published by none. */
final class SimulatedPods implements PodOperations {
    private static final int SHORT_ID = 12;

    private final SimulatedHost host;
    private final SimulatedLink link;
    private final ContainerBirth birth;
    private final Stopping stopping;

    SimulatedPods(SimulatedHost host, SimulatedLink link, ContainerBirth birth) {
        this.host = host;
        this.link = link;
        this.birth = birth;
        this.stopping = new Stopping(host);
    }

    @Override
    public Mono<List<Pod>> list() {
        return link.call(
                SimulatedCall.PODS_LIST,
                () -> host.locked(() -> host.pods().values().stream()
                        .map(SimulatedPod::describe)
                        .toList()));
    }

    @Override
    public Mono<Pod> inspect(String name) {
        return link.call(
                SimulatedCall.PODS_INSPECT,
                () -> host.locked(() -> host.pod(name).describe()));
    }

    @Override
    public Mono<Pod> create(PodSpec spec) {
        return link.call(
                SimulatedCall.PODS_CREATE,
                () -> host.locked(() -> {
                    String id = host.newId();
                    String name = spec.name() == null ? "simulated_" + id.substring(0, SHORT_ID) : spec.name();
                    if (host.pods().containsKey(name)) {
                        throw new EngineException.AlreadyExists(
                                "NAME_IN_USE", "there is a pod %s already".formatted(name), host.evidence());
                    }
                    SimulatedPod pod =
                            new SimulatedPod(id, name, spec, host.clock().instant());
                    host.pods().put(name, pod);
                    host.events().add("pod", "create", id, name, Map.of());
                    return pod.describe();
                }));
    }

    @Override
    public Mono<Boolean> start(String name) {
        return link.call(
                SimulatedCall.PODS_ACT,
                () -> forEach(name, member -> !member.isAlive(), SimulatedContainer::start, "start"));
    }

    @Override
    public Mono<Boolean> stop(String name, @Nullable Duration grace) {
        return link.defer(
                SimulatedCall.PODS_ACT, () -> stopAll(name, grace).doOnNext(changed -> told(name, changed, "stop")));
    }

    @Override
    public Mono<Boolean> restart(String name) {
        return link.defer(
                SimulatedCall.PODS_ACT,
                () -> stopAll(name, null)
                        .doOnNext(_ -> forEach(name, member -> !member.isAlive(), SimulatedContainer::start, "restart"))
                        .thenReturn(true));
    }

    @Override
    public Mono<Boolean> kill(String name, Signal signal) {
        return link.call(SimulatedCall.PODS_ACT, () -> {
            List<SimulatedRun> runs = host.locked(() -> alive(host.pod(name)).members().stream()
                    .filter(SimulatedContainer::isAlive)
                    .map(SimulatedContainer::run)
                    .filter(Objects::nonNull)
                    .toList());
            runs.forEach(run -> run.signal(signal.value()));
            told(name, true, "kill");
            return true;
        });
    }

    @Override
    public Mono<Boolean> pause(String name) {
        return link.call(SimulatedCall.PODS_ACT, () -> {
            host.locked(() -> alive(host.pod(name)));
            return forEach(
                    name, member -> member.status() == ContainerStatus.RUNNING, SimulatedContainer::pause, "pause");
        });
    }

    @Override
    public Mono<Boolean> unpause(String name) {
        return link.call(SimulatedCall.PODS_ACT, () -> {
            host.locked(() -> alive(host.pod(name)));
            return forEach(
                    name, member -> member.status() == ContainerStatus.PAUSED, SimulatedContainer::unpause, "unpause");
        });
    }

    @Override
    public Mono<Void> remove(String name, boolean force) {
        return link.run(
                SimulatedCall.PODS_REMOVE,
                () -> host.<@Nullable Object>locked(() -> {
                    SimulatedPod pod = host.pod(name);
                    if (pod.isAlive() && !force) {
                        throw host.wrongState("POD_RUNNING", "containers of pod %s run".formatted(name));
                    }
                    List.copyOf(pod.members()).forEach(member -> birth.undo(member, true, true));
                    host.pods().remove(pod.name());
                    host.events().add("pod", "remove", pod.id(), pod.name(), Map.of());
                    return null;
                }));
    }

    private SimulatedPod alive(SimulatedPod pod) {
        if (!pod.isAlive()) {
            throw host.wrongState("POD_NOT_RUNNING", "no container of pod %s runs".formatted(pod.name()));
        }
        return pod;
    }

    private Mono<Boolean> stopAll(String name, @Nullable Duration grace) {
        List<SimulatedContainer> members =
                host.locked(() -> List.copyOf(host.pod(name).members()));
        return Flux.fromIterable(members)
                .flatMap(member -> stopping.stop(member.id(), grace), Math.max(1, members.size()))
                .reduce(false, Boolean::logicalOr);
    }

    /** Does something to each member that needs it; what fails for some leaves the others as they have become. */
    private boolean forEach(
            String name, Predicate<SimulatedContainer> needed, Consumer<SimulatedContainer> action, String event) {
        return host.locked(() -> {
            boolean changed = false;
            for (SimulatedContainer member : host.pod(name).members()) {
                if (needed.test(member)) {
                    try {
                        action.accept(member);
                    } catch (EngineException failure) {
                        throw new EngineException.Failed(
                                "POD_PARTLY_FAILED",
                                "%s: %s".formatted(member.name(), failure.getMessage()),
                                host.evidence()
                                        .with("containers", List.of(member.id().value())),
                                failure);
                    }
                    changed = true;
                }
            }
            told(name, changed, event);
            return changed;
        });
    }

    private void told(String name, boolean changed, String action) {
        if (changed) {
            host.<@Nullable Object>locked(() -> {
                SimulatedPod pod = host.pods().get(name);
                if (pod != null) {
                    host.events().add("pod", action, pod.id(), pod.name(), Map.of());
                }
                return null;
            });
        }
    }
}
