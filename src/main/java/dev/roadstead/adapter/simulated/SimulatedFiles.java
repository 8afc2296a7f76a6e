package dev.roadstead.adapter.simulated;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.PathStat;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.FileOperations;
import java.io.IOException;
import java.time.Instant;
import java.util.SortedMap;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** Files of containers in memory. */
final class SimulatedFiles implements FileOperations {
    private static final long FOLDER_SIZE = 4096;

    private final SimulatedHost host;
    private final SimulatedLink link;
    private final Uploads uploads;

    SimulatedFiles(SimulatedHost host, SimulatedLink link) {
        this.host = host;
        this.link = link;
        this.uploads = new Uploads(host);
    }

    @Override
    public Mono<PathStat> stat(ContainerId id, String path) {
        return link.call(SimulatedCall.FILES_STAT, () -> {
            String place = Paths.resolve("/", path);
            FileNode node = filesOf(id).get(place);
            if (node == null) {
                throw noSuchPath(path);
            }
            return new PathStat(
                    Paths.name(place),
                    switch (node.type()) {
                        case FILE -> "file";
                        case FOLDER -> "directory";
                        case LINK -> "symlink";
                    },
                    node.isFolder() ? FOLDER_SIZE : node.data().length,
                    node.mode(),
                    node.modified(),
                    node.type() == FileNode.Type.LINK ? node.target() : null);
        });
    }

    @Override
    public Mono<EngineStream<byte[]>> getArchive(ContainerId id, String path) {
        return link.call(SimulatedCall.FILES_GET, () -> {
            String place = Paths.resolve("/", path);
            SortedMap<String, FileNode> files = filesOf(id).under(place);
            if (files.isEmpty()) {
                throw noSuchPath(path);
            }
            return Streams.of(Tars.write(files, Paths.parent(place)));
        });
    }

    @Override
    public Mono<Void> putArchive(ContainerId id, String path, Publisher<byte[]> tar) {
        return link.defer(SimulatedCall.FILES_PUT, () -> {
            String place = Paths.resolve("/", path);
            ContainerFiles files = filesOf(id);
            FileNode target = files.follow(place);
            if (target == null) {
                throw noSuchPath(path);
            }
            if (!target.isFolder()) {
                throw new EngineException.InvalidRequest(
                        "NOT_A_DIRECTORY", "%s is no folder".formatted(path), host.evidence());
            }
            return uploads.whole(tar)
                    .doOnNext(archive -> unpack(archive, place, files))
                    .then();
        });
    }

    private void unpack(byte[] archive, String folder, ContainerFiles files) {
        Instant now = host.clock().instant();
        try {
            Tars.read(archive, (name, node) -> {
                String place = Paths.resolve(folder, "./" + name);
                if (!Paths.isAtOrUnder(place, folder)) {
                    throw new EngineException.InvalidRequest(
                            "INVALID_ARCHIVE", "%s lies outside of the folder".formatted(name), host.evidence());
                }
                makeParents(files, place, now);
                FileNode before = files.get(place);
                if (!place.equals("/") && !(node.isFolder() && before != null && before.isFolder())) {
                    files.put(place, node);
                }
            });
        } catch (IOException e) {
            throw new EngineException.InvalidRequest(
                    "INVALID_ARCHIVE", "the archive cannot be read: %s".formatted(e.getMessage()), host.evidence());
        }
    }

    private static void makeParents(ContainerFiles files, String place, Instant now) {
        String parent = Paths.parent(place);
        if (files.get(parent) == null) {
            makeParents(files, parent, now);
            files.put(parent, FileNode.folder(0755, now));
        }
    }

    private ContainerFiles filesOf(ContainerId id) {
        return host.locked(() -> host.container(id).files());
    }

    private EngineException noSuchPath(String path) {
        return new EngineException.NotFound("NO_SUCH_PATH", "there is no %s".formatted(path), host.evidence());
    }
}
