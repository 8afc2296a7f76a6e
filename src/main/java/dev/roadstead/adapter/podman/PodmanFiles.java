package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Files;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.container.ContainerId;
import dev.roadstead.container.PathStat;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.FileOperations;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Files of containers (libpod API, PutContainerArchiveLibpod and its like). */
final class PodmanFiles implements FileOperations {
    private final DaemonSession session;
    private final Files files;

    PodmanFiles(DaemonSession session, Inspection inspection) {
        this.session = session;
        this.files = new Files(session, inspection);
    }

    @Override
    public Mono<PathStat> stat(ContainerId id, String path) {
        return files.stat(id, path);
    }

    @Override
    public Mono<EngineStream<byte[]>> getArchive(ContainerId id, String path) {
        return files.getArchive(id, path);
    }

    /** Podman would make a folder that is not there: so it is looked for before, which is not atomic. */
    @Override
    public Mono<Void> putArchive(ContainerId id, String path, Publisher<byte[]> tar) {
        return files.stat(id, path).flatMap(target -> switch (target.type()) {
            case "directory", "symlink" -> files.putArchive(id, path, tar);
            default ->
                Mono.error(new EngineException.InvalidRequest(
                        "NOT_A_FOLDER",
                        "%s in container %s is a %s (expected: a folder)".formatted(path, id, target.type()),
                        session.faults().evidence()));
        });
    }
}
