package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerStatus;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Stops containers, kindly first. */
final class Stopping {
    private static final Duration USUAL_GRACE = Duration.ofSeconds(10);

    private final SimulatedHost host;

    Stopping(SimulatedHost host) {
        this.host = host;
    }

    /** Emits whether it ran. */
    Mono<Boolean> stop(ContainerId id, @Nullable Duration grace) {
        return Mono.defer(() -> stopNow(id, grace));
    }

    private Mono<Boolean> stopNow(ContainerId id, @Nullable Duration grace) {
        SimulatedRun run = host.locked(() -> {
            SimulatedContainer container = host.container(id);
            if (!container.isAlive()) {
                return null;
            }
            boolean restarting = container.status() == ContainerStatus.RESTARTING;
            container.wantDown();
            if (container.status() == ContainerStatus.PAUSED) {
                container.unpause();
            }
            return restarting ? null : container.run();
        });
        if (run == null) {
            return Mono.just(false);
        }
        long seconds =
                (grace == null ? USUAL_GRACE : grace).plusNanos(999_999_999).toSeconds();
        if (seconds == 0) {
            run.kill();
        } else {
            run.signal("TERM");
        }
        Mono<Integer> killed = Mono.defer(() -> {
            run.kill();
            return run.exitCode();
        });
        return run.exitCode()
                .timeout(Duration.ofSeconds(Math.max(1, seconds)), killed, host.scheduler())
                .map(_ -> host.locked(() -> {
                    SimulatedContainer stopped = host.containers().get(id.value());
                    if (stopped != null) {
                        host.events().add(stopped, "stop", Map.of());
                    }
                    return true;
                }));
    }
}
