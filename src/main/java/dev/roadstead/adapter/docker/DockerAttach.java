package dev.roadstead.adapter.docker;

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
final class DockerAttach {
    private final DockerSession session;
    private final DockerInspection inspection;

    DockerAttach(DockerSession session, DockerInspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    /** The daemon would wait for a container that does not run to start: so it is asked before, and again after. */
    Mono<Attachment> open(ContainerId id) {
        return running(id)
                .flatMap(wire -> stream(wire)
                        .flatMap(stream -> running(id)
                                .<Attachment>map(now -> attachment(id, now, stream))
                                .doOnError(_ -> stream.close())
                                .doOnCancel(stream::close)));
    }

    private Mono<DockerWire.Inspected> running(ContainerId id) {
        return inspection
                .wire(id.value())
                .flatMap(wire ->
                        status(wire) == ContainerStatus.RUNNING ? Mono.just(wire) : Mono.error(notRunning(id, wire)));
    }

    private Mono<HijackedStream> stream(DockerWire.Inspected wire) {
        DockerTarget target = DockerTarget.of("containers", wire.id(), "attach")
                .with("detachKeys", DockerStream.DETACH_KEYS)
                .flag("stream", true)
                .flag(
                        "stdin",
                        isSet(wire.config() == null ? null : wire.config().openStdin()))
                .flag("stdout", true)
                .flag("stderr", true);
        return session.hijack(DockerCall.ATTACH, "container " + wire.id(), EngineRequest.post(target.toString()));
    }

    private Attachment attachment(ContainerId id, DockerWire.Inspected wire, HijackedStream stream) {
        DockerWire.Config config = wire.config() == null ? DockerWire.Config.EMPTY : wire.config();
        return new DockerAttachment(
                this,
                id,
                DockerMapping.state(wire.state()).startedAt(),
                new DockerStream(stream, isSet(config.tty()), session.errors()),
                isSet(config.openStdin()),
                isSet(config.stdinOnce()));
    }

    Mono<Void> resize(ContainerId id, int columns, int rows) {
        EngineRequest request = EngineRequest.post(DockerTarget.of("containers", id.value(), "resize")
                .with("h", rows)
                .with("w", columns)
                .toString());
        return session.call(DockerCall.CONTAINER, "container " + id, request).then();
    }

    /** Whether the main process that began then still runs; a container that is gone does not. */
    Mono<Boolean> stillRuns(ContainerId id, @Nullable Instant startedAt) {
        return inspection
                .state(id)
                .map(state -> state.status().isAlive() && Objects.equals(state.startedAt(), startedAt))
                .onErrorReturn(EngineException.NotFound.class, false);
    }

    DockerErrors errors() {
        return session.errors();
    }

    private EngineException notRunning(ContainerId id, DockerWire.Inspected wire) {
        ContainerState state = DockerMapping.state(wire.state());
        return new EngineException.WrongState(
                "CONTAINER_NOT_RUNNING",
                "container %s is %s (expected: running)".formatted(id, state.nativeStatus()),
                errors().evidence());
    }

    private static ContainerStatus status(DockerWire.Inspected wire) {
        return DockerMapping.state(wire.state()).status();
    }

    private static boolean isSet(@Nullable Boolean flag) {
        return Boolean.TRUE.equals(flag);
    }
}
