package dev.roadstead.adapter.daemon;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.PathStat;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.FileOperations;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import java.util.Base64;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Files of containers (Docker Engine API, ContainerArchive). */
public final class Files implements FileOperations {
    private static final String STAT_HEADER = "x-docker-container-path-stat";

    private final DaemonSession session;
    private final Inspection inspection;

    public Files(DaemonSession session, Inspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    @Override
    public Mono<PathStat> stat(ContainerId id, String path) {
        EngineRequest request = EngineRequest.head(target(id, path).toString());
        return session.call(DaemonCall.ARCHIVE, subject(id, path), request)
                .map(this::stat)
                // An answer to HEAD has no text to tell what is missing.
                .onErrorResume(
                        failure -> failure instanceof EngineException.Failed failed
                                && Integer.valueOf(404).equals(failed.evidence().nativeStatus()),
                        failure -> inspection.wire(id.value()).flatMap(_ -> Mono.error(noSuchPath(id, path))));
    }

    private PathStat stat(EngineReply reply) {
        String header = reply.header(STAT_HEADER);
        if (header == null) {
            throw session.faults().nonsense("no path stat", null);
        }
        try {
            return FileMapping.pathStat(session.parse(Base64.getDecoder().decode(header), DaemonWire.PathStat.class));
        } catch (IllegalArgumentException notBase64) {
            throw session.faults().nonsense("the path stat is not base64", notBase64);
        }
    }

    private EngineException noSuchPath(ContainerId id, String path) {
        return new EngineException.NotFound(
                "NO_SUCH_PATH",
                "no %s in container %s".formatted(path, id),
                session.faults().evidence());
    }

    @Override
    public Mono<EngineStream<byte[]>> getArchive(ContainerId id, String path) {
        EngineRequest request = EngineRequest.get(target(id, path).toString());
        return session.open(DaemonCall.ARCHIVE, subject(id, path), request, Silence.BOUNDED)
                .map(reply -> Archive.of(session.faults(), reply));
    }

    @Override
    public Mono<Void> putArchive(ContainerId id, String path, Publisher<byte[]> tar) {
        // A folder must not replace a file unasked.
        EngineRequest request = new EngineRequest(
                "PUT",
                target(id, path).flag("noOverwriteDirNonDir", true).toString(),
                Map.of(),
                new EngineRequest.Body.Streamed("application/x-tar", tar),
                null);
        return session.call(DaemonCall.ARCHIVE, subject(id, path), request).then();
    }

    private static Target target(ContainerId id, String path) {
        return Target.of("containers", id.value(), "archive").with("path", path);
    }

    private static String subject(ContainerId id, String path) {
        return "%s in container %s".formatted(path, id);
    }
}
