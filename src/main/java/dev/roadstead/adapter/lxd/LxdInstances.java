package dev.roadstead.adapter.lxd;

import dev.roadstead.container.Container;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import java.util.List;
import reactor.core.publisher.Mono;

/** Looks at instances of type container; others are as if they were not there. */
final class LxdInstances {
    private final LxdSession session;

    LxdInstances(LxdSession session) {
        this.session = session;
    }

    LxdSession session() {
        return session;
    }

    /** All of them, of every project that the gateway may see. */
    Mono<List<LxdWire.Instance>> all() {
        return session.dialect().flatMap(dialect -> {
            LxdTarget target = LxdTarget.of("instances").with("recursion", 1);
            if (dialect.has("instance_all_projects")) {
                target.with("all-projects", true);
            }
            return session.readList(
                            LxdCall.DAEMON,
                            "the instances",
                            EngineRequest.get(target.toString()),
                            LxdWire.Instance.class)
                    .map(all -> all.stream().filter(LxdMapping::isContainer).toList());
        });
    }

    Mono<LxdWire.Instance> wire(InstanceAddress address) {
        return wire(LxdCall.CONTAINER, address).map(LxdSession.Tagged::value);
    }

    /** With the mark by which a change is made only if nobody made another one meanwhile. */
    Mono<LxdSession.Tagged<LxdWire.Instance>> wire(LxdCall call, InstanceAddress address) {
        return session.readTagged(
                        call,
                        subject(address),
                        EngineRequest.get(LxdTarget.of(address).toString()),
                        LxdWire.Instance.class)
                .flatMap(read -> LxdMapping.isContainer(read.value()) ? Mono.just(read) : Mono.error(noSuch(address)));
    }

    Mono<LxdWire.Instance> wire(ContainerId id) {
        return wire(InstanceAddress.of(id));
    }

    /** What it does and uses; costs a look into its name spaces. */
    Mono<LxdWire.State> usage(InstanceAddress address) {
        return session.read(
                LxdCall.CONTAINER,
                subject(address),
                EngineRequest.get(LxdTarget.of(address, "state").toString()),
                LxdWire.State.class);
    }

    Mono<Container> container(InstanceAddress address) {
        return wire(address).flatMap(wire -> container(address, wire));
    }

    private Mono<Container> container(InstanceAddress address, LxdWire.Instance wire) {
        if (!LxdMapping.state(wire).status().isAlive()) {
            return Mono.just(LxdMapping.inspected(wire, null));
        }
        return usage(address)
                .map(usage -> LxdMapping.inspected(wire, usage))
                // It may end while we look.
                .onErrorResume(
                        failure -> failure instanceof EngineException.Failed
                                || failure instanceof EngineException.WrongState,
                        _ -> Mono.just(LxdMapping.inspected(wire, null)));
    }

    Mono<ContainerState> state(ContainerId id) {
        return wire(id).map(LxdMapping::state);
    }

    /** Emits the instance if it is running or frozen; else fails with WrongState. */
    Mono<LxdWire.Instance> alive(ContainerId id) {
        return wire(id).flatMap(wire -> LxdMapping.state(wire).status().isAlive()
                ? Mono.just(wire)
                : Mono.error(notRunning(id, LxdMapping.state(wire))));
    }

    EngineException notRunning(ContainerId id, ContainerState state) {
        return new EngineException.WrongState(
                "CONTAINER_NOT_RUNNING",
                "container %s is %s (expected: running)".formatted(id, state.nativeStatus()),
                session.errors().evidence());
    }

    EngineException noSuch(Object address) {
        return new EngineException.NotFound(
                "NO_SUCH_CONTAINER",
                "no such container: " + address,
                session.errors().evidence());
    }

    static String subject(InstanceAddress address) {
        return "container " + address;
    }
}
