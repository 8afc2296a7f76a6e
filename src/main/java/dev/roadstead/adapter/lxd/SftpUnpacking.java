package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.EngineException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Unpacks a tar into a folder, member by member as it comes. A file takes the place of another file or of a link, never of a folder,
 * and a folder that of a folder only.
 */
final class SftpUnpacking {
    private static final int PARENT = 0755;

    private final SftpFiles files;
    private final LxdErrors errors;
    private final String folder;
    /** Folders that are there: looked at, or made. */
    private final Set<String> known = new HashSet<>();

    SftpUnpacking(SftpFiles files, LxdErrors errors, String folder) {
        this.files = files;
        this.errors = errors;
        this.folder = folder;
        this.known.add(folder);
    }

    Mono<Void> unpack(Flux<byte[]> tar) {
        return files.lookBehind(folder)
                .flatMap(found ->
                        found.isFolder() ? members(tar) : Mono.error(invalid("%s is no folder".formatted(folder))));
    }

    private Mono<Void> members(Flux<byte[]> tar) {
        return Flux.using(Unpacking::new, unpacking -> parts(tar, unpacking), Unpacking::close)
                .onErrorMap(IllegalArgumentException.class, broken -> invalid(String.valueOf(broken.getMessage())))
                .windowUntil(part -> part instanceof TarReader.Part.Start, true, 1)
                .concatMap(
                        member ->
                                member.switchOnFirst((first, parts) -> first.get() instanceof TarReader.Part.Start start
                                        ? member(
                                                start.item(),
                                                parts.ofType(TarReader.Part.Content.class)
                                                        .map(TarReader.Part.Content::bytes))
                                        : parts.then()),
                        1)
                .then();
    }

    private Flux<TarReader.Part> parts(Flux<byte[]> tar, Unpacking unpacking) {
        TarReader reader = new TarReader();
        return tar.concatMapIterable(unpacking::feed, 1)
                .concatWith(Mono.fromSupplier(unpacking::finish))
                .concatMapIterable(reader::feed, 1)
                .concatWith(Mono.fromRunnable(reader::finish));
    }

    private Mono<Void> member(TarItem item, Flux<byte[]> content) {
        String path = path(item.name());
        if (path.equals(folder)) {
            return content.then();
        }
        Mono<Void> made = switch (item.kind()) {
            case FILE -> emptied(path).then(files.make(path, content)).then(adorned(path, item));
            case FOLDER -> content.then(folder(path)).then(adorned(path, item));
            case LINK -> content.then(emptied(path)).then(files.link(path, item.target()));
            case HARD_LINK -> content.then(emptied(path)).then(files.hardLink(path, path(item.target())));
            case PIPE, OTHER ->
                Mono.error(invalid("%s is a device or a pipe, which the engine cannot make".formatted(item.name())));
        };
        return parents(path).then(made);
    }

    private Mono<Void> adorned(String path, TarItem item) {
        return files.adorn(
                path,
                item.uid(),
                item.gid(),
                item.permissions(),
                item.modified().getEpochSecond());
    }

    /** Where a member goes; one that would go anywhere else is refused. */
    private String path(String name) {
        if (name.startsWith("/")) {
            throw invalid("%s: names in the tar must be relative".formatted(name));
        }
        StringBuilder path = new StringBuilder(folder.equals("/") ? "" : folder);
        for (String segment : name.split("/", -1)) {
            if (segment.equals("..")) {
                throw invalid("%s: names in the tar must stay in the folder".formatted(name));
            }
            if (!segment.isEmpty() && !segment.equals(".")) {
                path.append('/').append(segment);
            }
        }
        return path.isEmpty() ? "/" : path.toString();
    }

    /** Takes away what a file or link shall take the place of. */
    private Mono<Void> emptied(String path) {
        known.remove(path);
        return files.look(path)
                .onErrorComplete(failure -> failure instanceof SftpException refused && refused.isMissing())
                .flatMap(there -> there.isFolder()
                        ? Mono.error(invalid("%s is a folder, which no file takes the place of".formatted(path)))
                        : files.remove(path));
    }

    private Mono<Void> folder(String path) {
        return files.look(path)
                .map(SftpAttributes::isFolder)
                .onErrorResume(
                        failure -> failure instanceof SftpException refused && refused.isMissing(),
                        _ -> files.makeFolder(path).thenReturn(true))
                .flatMap(isFolder -> {
                    known.add(path);
                    return isFolder
                            ? Mono.<Void>empty()
                            : Mono.<Void>error(
                                    invalid("%s is no folder, and no folder takes its place".formatted(path)));
                });
    }

    /** Not every tar names the folders that its files are in. Links to folders are as good. */
    private Mono<Void> parents(String path) {
        Deque<String> missing = new ArrayDeque<>();
        String parent = parentOf(path);
        while (!known.contains(parent) && parent.length() > folder.length()) {
            missing.push(parent);
            parent = parentOf(parent);
        }
        return Flux.fromIterable(missing).concatMap(this::parent).then();
    }

    private Mono<Void> parent(String path) {
        return files.lookBehind(path)
                .map(SftpAttributes::isFolder)
                .onErrorResume(
                        failure -> failure instanceof SftpException refused && refused.isMissing(),
                        _ -> files.makeFolder(path)
                                .then(files.adorn(path, 0, 0, PARENT, System.currentTimeMillis() / 1000))
                                .thenReturn(true))
                .flatMap(isFolder -> {
                    known.add(path);
                    return isFolder ? Mono.<Void>empty() : Mono.<Void>error(invalid("%s is no folder".formatted(path)));
                });
    }

    private static String parentOf(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    private EngineException invalid(String what) {
        return new EngineException.InvalidRequest("INVALID_ARCHIVE", what, errors.evidence());
    }
}
