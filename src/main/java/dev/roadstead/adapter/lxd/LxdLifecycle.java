package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerName;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.container.PortMapping;
import dev.roadstead.container.Signal;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Starts, stops, freezes, renames and removes instances. */
final class LxdLifecycle {
    /** As long as other engines wait before they kill. */
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private static final String KILL_NUMBER = "9";

    private static final String PORT_IN_USE = "PORT_IN_USE";

    /** So many times in a row a free port is hardly missed. */
    private static final int REDRAWS = 3;

    private final LxdSession session;
    private final LxdInstances instances;
    private final DrawnPorts drawn;

    LxdLifecycle(LxdSession session, LxdInstances instances) {
        this.session = session;
        this.instances = instances;
        this.drawn = new DrawnPorts(session, instances);
    }

    /** Draws other ports if one that was drawn is taken. */
    Mono<Boolean> start(ContainerId id) {
        return start(id, REDRAWS);
    }

    private Mono<Boolean> start(ContainerId id, int redraws) {
        return startAsItIs(id)
                .onErrorResume(
                        failure -> redraws > 0
                                && failure instanceof EngineException.Conflict conflict
                                && conflict.code().equals(PORT_IN_USE),
                        failure -> drawn.again(id)
                                .flatMap(others -> others ? start(id, redraws - 1) : Mono.error(failure)));
    }

    private Mono<Boolean> startAsItIs(ContainerId id) {
        return change(id, action("start"))
                .onErrorResume(
                        LxdLifecycle::isOfAProxy,
                        failure -> sharesPort(id).flatMap(shares -> Mono.error(shares ? portInUse(failure) : failure)));
    }

    /** A proxy that cannot listen does not always tell why. */
    private static boolean isOfAProxy(Throwable failure) {
        return failure instanceof EngineException.Failed failed
                && String.valueOf(failed.evidence().nativeMessage()).contains("proxy device");
    }

    /** Whether a port of the host that it wants is that of another one that runs. */
    private Mono<Boolean> sharesPort(ContainerId id) {
        return instances.all().map(all -> {
            Set<PortMapping> wanted = new HashSet<>();
            Set<PortMapping> taken = new HashSet<>();
            all.forEach(wire -> {
                boolean itself = LxdMapping.address(wire).id().equals(id);
                if (itself || LxdMapping.state(wire).status().isAlive()) {
                    LxdMapping.listed(wire)
                            .ports()
                            .forEach(port -> (itself ? wanted : taken)
                                    // What it leads to inside of the container does not matter.
                                    .add(new PortMapping(port.host(), 1, port.protocol(), null)));
                }
            });
            return wanted.stream().anyMatch(taken::contains);
        });
    }

    private EngineException portInUse(Throwable failure) {
        return new EngineException.Conflict(
                PORT_IN_USE,
                String.valueOf(failure.getMessage()),
                failure instanceof EngineException told
                        ? told.evidence()
                        : session.errors().evidence());
    }

    Mono<Boolean> stop(ContainerId id, @Nullable Duration grace) {
        long seconds = seconds(grace);
        return seconds == 0
                ? change(id, forced("stop"))
                : change(id, kind("stop", seconds))
                        .onErrorResume(
                                LxdLifecycle::wasNotKindEnough,
                                _ -> change(id, forced("stop"))
                                        // It may have stopped a moment after the daemon gave it up.
                                        .thenReturn(true));
    }

    Mono<Boolean> restart(ContainerId id, @Nullable Duration grace) {
        return instances.wire(id).flatMap(wire -> {
            if (!LxdMapping.state(wire).status().isAlive()) {
                return start(id).thenReturn(true);
            }
            long seconds = seconds(grace);
            Mono<Boolean> restarting = seconds == 0
                    ? change(id, forced("restart"))
                    : change(id, kind("restart", seconds))
                            .onErrorResume(LxdLifecycle::wasNotKindEnough, _ -> change(id, forced("restart")));
            // Without a change it stopped in between.
            return restarting.flatMap(
                    changed -> changed ? Mono.just(true) : start(id).thenReturn(true));
        });
    }

    /** Only the one signal that the daemon has: a stop without asking. */
    Mono<Boolean> kill(ContainerId id, Signal signal) {
        if (!signal.equals(Signal.KILL) && !signal.value().equals(KILL_NUMBER)) {
            return instances
                    .alive(id)
                    .then(Mono.error(() -> new EngineException.Unsupported(
                            Capability.KILL_SIGNAL,
                            LxdCapabilities.NO_KILL_SIGNAL,
                            session.errors().evidence().with("field", "signal"))));
        }
        return instances
                .alive(id)
                .then(change(id, forced("stop")))
                .flatMap(changed -> changed
                        ? Mono.just(true)
                        : instances.state(id).flatMap(state -> Mono.error(instances.notRunning(id, state))));
    }

    Mono<Boolean> pause(ContainerId id) {
        return change(id, action("freeze"));
    }

    Mono<Boolean> unpause(ContainerId id) {
        return change(id, action("unfreeze"));
    }

    Mono<Boolean> rename(ContainerId id, ContainerName name) {
        InstanceAddress address = InstanceAddress.of(id);
        return instances.wire(address).flatMap(wire -> {
            if (name.value().equals(wire.name())) {
                return Mono.just(false);
            }
            if (LxdMapping.state(wire).status().isAlive()) {
                return Mono.error(new EngineException.WrongState(
                        "CONTAINER_RUNNING",
                        "container %s is running (expected: stopped)".formatted(id),
                        session.errors().evidence()));
            }
            EngineRequest request = EngineRequest.post(LxdTarget.of(address).toString())
                    .json(session.bytes(Map.of("name", name.value())));
            return session.operation(LxdCall.RENAME, LxdInstances.subject(address), request)
                    .thenReturn(true);
        });
    }

    Mono<Void> remove(ContainerId id, boolean force) {
        InstanceAddress address = InstanceAddress.of(id);
        return instances
                .wire(address)
                .flatMap(wire -> {
                    boolean alive = LxdMapping.state(wire).status() != ContainerStatus.CREATED
                            && LxdMapping.state(wire).status() != ContainerStatus.STOPPED;
                    if (!alive) {
                        return delete(address);
                    }
                    if (!force) {
                        return Mono.error(new EngineException.WrongState(
                                "CONTAINER_RUNNING",
                                "container %s is %s (expected: stopped)"
                                        .formatted(id, LxdMapping.state(wire).nativeStatus()),
                                session.errors().evidence()));
                    }
                    Mono<Void> deleting = delete(address);
                    return change(id, forced("stop"))
                            .onErrorResume(EngineException.WrongState.class, _ -> Mono.just(false))
                            .flatMap(stopped -> stopped && Boolean.TRUE.equals(wire.ephemeral())
                                    // Gone with its stop.
                                    ? deleting.onErrorComplete(EngineException.NotFound.class)
                                    : deleting);
                })
                // Of several who remove it at the same time the later ones fail in many words.
                .onErrorResume(
                        EngineException.Failed.class,
                        failure -> instances.wire(address).then(Mono.error(failure)));
    }

    private Mono<Void> delete(InstanceAddress address) {
        return session.operation(
                        LxdCall.REMOVE,
                        LxdInstances.subject(address),
                        EngineRequest.delete(LxdTarget.of(address).toString()))
                .then();
    }

    /** Emits whether it changed anything. */
    private Mono<Boolean> change(ContainerId id, Map<String, Object> body) {
        InstanceAddress address = InstanceAddress.of(id);
        return Mono.defer(() -> session.operation(
                                LxdCall.STATE,
                                LxdInstances.subject(address),
                                EngineRequest.of(
                                                "PUT",
                                                LxdTarget.of(address, "state").toString())
                                        .json(session.bytes(body)))
                        .thenReturn(true))
                .onErrorResume(LxdLifecycle::isAlready, _ -> Mono.just(false));
    }

    private static boolean isAlready(Throwable failure) {
        return failure instanceof EngineException.WrongState already
                && already.code().equals(LxdErrors.ALREADY_SO);
    }

    /** The operation failed by itself: it did not end within its time. */
    private static boolean wasNotKindEnough(Throwable failure) {
        return failure instanceof EngineException.Failed failed && failed.code().equals("ENGINE_ERROR");
    }

    private static long seconds(@Nullable Duration grace) {
        return grace == null
                ? DEFAULT_GRACE.toSeconds()
                : grace.plusNanos(999_999_999).toSeconds();
    }

    private static Map<String, Object> action(String action) {
        return Map.of("action", action);
    }

    private static Map<String, Object> kind(String action, long seconds) {
        Map<String, Object> body = new LinkedHashMap<>(action(action));
        body.put("timeout", seconds);
        body.put("force", false);
        return body;
    }

    private static Map<String, Object> forced(String action) {
        return Map.of("action", action, "force", true);
    }
}
