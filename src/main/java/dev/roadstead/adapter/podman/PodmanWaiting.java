package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.adapter.daemon.StateWatch;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.WaitCondition;
import dev.roadstead.engine.EngineException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Waits for what becomes of a container. Podman's own wait looks from time to time and forgets what passed between two looks; here the
 * times of the last run tell that, and events when to look.
 */
final class PodmanWaiting {
    /** Podman's event file is read from its end, which may come a moment after the answer. */
    private static final Duration BESIDES = Duration.ofSeconds(1);

    private final Inspection inspection;
    private final StateWatch watch;

    PodmanWaiting(DaemonSession session, Inspection inspection) {
        this.inspection = inspection;
        this.watch = new StateWatch(session, inspection, Flux.interval(BESIDES).onBackpressureDrop());
    }

    Mono<ContainerState> await(ContainerId id, WaitCondition condition) {
        return switch (condition) {
            case NOT_RUNNING -> exited(id, false);
            case NEXT_EXIT -> exited(id, true);
            case REMOVED -> removed(id);
            case RUNNING -> running(id);
            case HEALTHY -> watch.untilHealthy(id);
        };
    }

    private Mono<ContainerState> exited(ContainerId id, boolean next) {
        return look(id).flatMap(first -> {
            if (!next && !first.status().isAlive()) {
                return Mono.just(first);
            }
            return watch.until(id, wire -> {
                        ContainerState now = InspectionMapping.state(wire.state());
                        boolean ended = !Objects.equals(now.finishedAt(), first.finishedAt());
                        return ended
                                || (first.status().isAlive() && !now.status().isAlive());
                    })
                    .map(now -> now.status().isAlive() ? left(ContainerStatus.STOPPED, "exited", now.exitCode()) : now)
                    .onErrorResume(
                            EngineException.NotFound.class,
                            _ -> Mono.just(left(ContainerStatus.STOPPED, "exited", first.exitCode())));
        });
    }

    /** A run shorter than a look at it counts. */
    private Mono<ContainerState> running(ContainerId id) {
        return look(id).flatMap(first -> watch.until(id, wire -> {
            ContainerState now = InspectionMapping.state(wire.state());
            return now.status() == ContainerStatus.RUNNING || !Objects.equals(now.startedAt(), first.startedAt());
        }));
    }

    private Mono<ContainerState> removed(ContainerId id) {
        AtomicReference<@Nullable Integer> exitCode = new AtomicReference<>();
        return look(id).doOnNext(first -> exitCode.set(first.exitCode()))
                .flatMap(_ -> watch.until(id, wire -> seen(wire, exitCode))
                        .onErrorResume(
                                EngineException.NotFound.class,
                                _ -> Mono.just(left(ContainerStatus.REMOVING, "removed", exitCode.get()))));
    }

    private static boolean seen(DaemonWire.Inspected wire, AtomicReference<@Nullable Integer> exitCode) {
        exitCode.set(InspectionMapping.state(wire.state()).exitCode());
        return false;
    }

    private Mono<ContainerState> look(ContainerId id) {
        return inspection.state(id);
    }

    private static ContainerState left(ContainerStatus status, String word, @Nullable Integer exitCode) {
        return new ContainerState(status, word, exitCode, null, null, null);
    }
}
