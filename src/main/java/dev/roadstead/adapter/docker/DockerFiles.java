package dev.roadstead.adapter.docker;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.PathStat;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.FileOperations;
import dev.roadstead.transport.EngineHttpClient.Silence;
import dev.roadstead.transport.EngineReply;
import dev.roadstead.transport.EngineRequest;
import dev.roadstead.transport.StreamedReply;
import java.util.Base64;
import java.util.Map;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Files of containers (Docker Engine API, ContainerArchive). */
final class DockerFiles implements FileOperations {
    private static final String STAT_HEADER = "x-docker-container-path-stat";

    private final DockerSession session;
    private final DockerInspection inspection;

    DockerFiles(DockerSession session, DockerInspection inspection) {
        this.session = session;
        this.inspection = inspection;
    }

    @Override
    public Mono<PathStat> stat(ContainerId id, String path) {
        EngineRequest request = EngineRequest.head(target(id, path).toString());
        return session.call(DockerCall.ARCHIVE, subject(id, path), request)
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
            throw session.errors().nonsense("no path stat", null);
        }
        try {
            return DockerFileMapping.pathStat(
                    session.parse(Base64.getDecoder().decode(header), DockerWire.PathStat.class));
        } catch (IllegalArgumentException notBase64) {
            throw session.errors().nonsense("the path stat is not base64", notBase64);
        }
    }

    private EngineException noSuchPath(ContainerId id, String path) {
        return new EngineException.NotFound(
                "NO_SUCH_PATH",
                "no %s in container %s".formatted(path, id),
                session.errors().evidence());
    }

    @Override
    public Mono<EngineStream<byte[]>> getArchive(ContainerId id, String path) {
        EngineRequest request = EngineRequest.get(target(id, path).toString());
        return session.open(DockerCall.ARCHIVE, subject(id, path), request, Silence.BOUNDED)
                .map(reply -> tar(session.errors(), reply));
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
        return session.call(DockerCall.ARCHIVE, subject(id, path), request).then();
    }

    /** A tar as a stream: the daemon can tell a fault midway only by leaving out the archive's end. */
    static EngineStream<byte[]> tar(DockerErrors errors, StreamedReply reply) {
        Flux<byte[]> whole = Flux.defer(() -> {
            TarEnd end = new TarEnd();
            return reply.body()
                    .doOnNext(end::see)
                    .concatWith(Mono.defer(() -> end.isSeen()
                            ? Mono.empty()
                            : Mono.error(errors.brokeOff("the archive has no end: the daemon broke it off"))));
        });
        return new EngineStream<>(whole, reply::close);
    }

    private static DockerTarget target(ContainerId id, String path) {
        return DockerTarget.of("containers", id.value(), "archive").with("path", path);
    }

    private static String subject(ContainerId id, String path) {
        return "%s in container %s".formatted(path, id);
    }
}
