package dev.roadstead.engine;

import dev.roadstead.container.Signal;
import dev.roadstead.pod.Pod;
import dev.roadstead.pod.PodSpec;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Pods: containers that share name spaces and are started and stopped together. One that is not there is {@link
 * EngineException.NotFound} with {@code NO_SUCH_POD}. Actions emit whether they changed anything; one that fails for some of its
 * containers is {@link EngineException.Failed} with {@code details.containers}.
 */
@Requires(Capability.PODS)
public interface PodOperations {
    Mono<List<Pod>> list();

    /** One by name or id. */
    Mono<Pod> inspect(String name);

    /** Makes one, not started; a taken name is {@link EngineException.AlreadyExists} ({@code NAME_IN_USE}). */
    Mono<Pod> create(PodSpec spec);

    Mono<Boolean> start(String name);

    /**
     * Stops its containers, kindly first.
     *
     * @param grace time to SIGKILL, rounded up to seconds; null: each container's own
     */
    Mono<Boolean> stop(String name, @Nullable Duration grace);

    Mono<Boolean> restart(String name);

    /** Sends a signal to every container of it; one that does not run is {@link EngineException.WrongState}. */
    Mono<Boolean> kill(String name, Signal signal);

    Mono<Boolean> pause(String name);

    Mono<Boolean> unpause(String name);

    /**
     * Removes it with its containers.
     *
     * @param force also one whose containers run; without it that is {@link EngineException.WrongState} ({@code POD_RUNNING})
     */
    Mono<Void> remove(String name, boolean force);
}
