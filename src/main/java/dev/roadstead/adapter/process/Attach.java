package dev.roadstead.adapter.process;

import dev.roadstead.adapter.daemon.DaemonCall;
import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.DaemonWire;
import dev.roadstead.adapter.daemon.Faults;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.adapter.daemon.InspectionMapping;
import dev.roadstead.adapter.daemon.Target;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.ContainerState;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.HijackedStream;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Joins main processes of containers (Docker Engine API, ContainerAttach). */
public final class Attach {
    private final DaemonSession session;
    private final Inspection inspection;

    public Attach(DaemonSession session, Inspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    /** The daemon would wait for a container that does not run to start: so it is asked before, and again after. */
    public Mono<Attachment> open(ContainerId id) {
        return running(id)
                .flatMap(wire -> stream(wire)
                        .flatMap(stream -> running(id)
                                .<Attachment>map(now -> attachment(id, now, stream))
                                .doOnError(_ -> stream.close())
                                .doOnCancel(stream::close)));
    }

    private Mono<DaemonWire.Inspected> running(ContainerId id) {
        return inspection
                .wire(id.value())
                .flatMap(wire ->
                        status(wire) == ContainerStatus.RUNNING ? Mono.just(wire) : Mono.error(notRunning(id, wire)));
    }

    private Mono<HijackedStream> stream(DaemonWire.Inspected wire) {
        Target target = Target.of("containers", wire.id(), "attach")
                .with("detachKeys", ProcessStream.DETACH_KEYS)
                .flag("stream", true)
                .flag(
                        "stdin",
                        isSet(wire.config() == null ? null : wire.config().openStdin()))
                .flag("stdout", true)
                .flag("stderr", true);
        return session.hijack(DaemonCall.ATTACH, "container " + wire.id(), EngineRequest.post(target.toString()));
    }

    private Attachment attachment(ContainerId id, DaemonWire.Inspected wire, HijackedStream stream) {
        DaemonWire.Config config = wire.config() == null ? DaemonWire.Config.EMPTY : wire.config();
        return new AttachedProcess(
                this,
                id,
                InspectionMapping.state(wire.state()).startedAt(),
                new ProcessStream(stream, isSet(config.tty()), session.faults()),
                isSet(config.openStdin()),
                isSet(config.stdinOnce()));
    }

    Mono<Void> resize(ContainerId id, int columns, int rows) {
        EngineRequest request = EngineRequest.post(Target.of("containers", id.value(), "resize")
                .with("h", rows)
                .with("w", columns)
                .toString());
        return session.call(DaemonCall.CONTAINER, "container " + id, request).then();
    }

    /** Whether the main process that began then still runs; a container that is gone does not. */
    Mono<Boolean> stillRuns(ContainerId id, @Nullable Instant startedAt) {
        return inspection
                .state(id)
                .map(state -> state.status().isAlive() && Objects.equals(state.startedAt(), startedAt))
                .onErrorReturn(EngineException.NotFound.class, false);
    }

    Faults faults() {
        return session.faults();
    }

    private EngineException notRunning(ContainerId id, DaemonWire.Inspected wire) {
        ContainerState state = InspectionMapping.state(wire.state());
        return new EngineException.WrongState(
                "CONTAINER_NOT_RUNNING",
                "container %s is %s (expected: running)".formatted(id, state.nativeStatus()),
                faults().evidence());
    }

    private static ContainerStatus status(DaemonWire.Inspected wire) {
        return InspectionMapping.state(wire.state()).status();
    }

    private static boolean isSet(@Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }
}
