package dev.roadstead.engine;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.PathStat;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Files of a container, running or not. A path that is not there is {@link EngineException.NotFound} with {@code NO_SUCH_PATH}; paths
 * are absolute.
 */
@Requires(Capability.ARCHIVE)
public interface FileOperations {
    /** What is at a path; a symbolic link is described itself, not followed. */
    Mono<PathStat> stat(ContainerId id, String path);

    /** A file or folder as a tar whose names begin with the path's last segment. */
    Mono<EngineStream<byte[]>> getArchive(ContainerId id, String path);

    /**
     * Unpacks a tar, plain or gzip, into an existing folder. The publisher is pulled as fast as the engine reads; its failure or our
     * cancellation breaks the upload off, what was unpacked until then stays.
     *
     * @return completes when the engine has unpacked it; a folder that is not there is NotFound, a target that is no folder or a broken
     *     tar is {@link EngineException.InvalidRequest}
     */
    Mono<Void> putArchive(ContainerId id, String path, Publisher<byte[]> tar);
}
