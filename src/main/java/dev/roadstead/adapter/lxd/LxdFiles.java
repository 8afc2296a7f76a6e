package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.PathStat;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineSettings;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.FileOperations;
import dev.roadstead.transport.EngineRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Files of instances, over SFTP (LXD API, {@code GET /instances/{name}/sftp}): the calls for single files tell neither sizes nor pipes
 * apart from files, and would wait for ever on a pipe.
 */
final class LxdFiles implements FileOperations {
    private final LxdSession session;
    private final EngineSettings settings;

    LxdFiles(LxdSession session, EngineSettings settings) {
        this.session = session;
        this.settings = settings;
    }

    @Override
    public Mono<PathStat> stat(ContainerId id, String path) {
        String clean = clean(path);
        return Mono.usingWhen(
                        open(id),
                        sftp -> {
                            SftpFiles files = new SftpFiles(sftp);
                            return files.look(clean)
                                    .flatMap(found -> found.isLink()
                                            ? files.target(clean).map(target -> stat(clean, found, target))
                                            : Mono.fromSupplier(() -> stat(clean, found, null)));
                        },
                        LxdFiles::close)
                .onErrorMap(SftpException.class, refused -> failure(id, path, refused));
    }

    private static PathStat stat(String path, SftpAttributes found, @Nullable String target) {
        String type =
                found.isFolder() ? "directory" : found.isLink() ? "symlink" : found.isRegular() ? "file" : "other";
        return new PathStat(
                path.equals("/") ? "/" : path.substring(path.lastIndexOf('/') + 1),
                type,
                found.size(),
                found.permissions(),
                found.modified(),
                target);
    }

    @Override
    public Mono<EngineStream<byte[]>> getArchive(ContainerId id, String path) {
        String clean = clean(path);
        return open(id).flatMap(sftp -> {
            SftpTree tree = new SftpTree(new SftpFiles(sftp), session.errors());
            return tree.look(clean)
                    .map(top -> new EngineStream<>(
                            tree.archive(top)
                                    .onErrorMap(SftpException.class, refused -> failure(id, path, refused))
                                    .doFinally(_ -> sftp.close()),
                            sftp::close))
                    .onErrorMap(SftpException.class, refused -> failure(id, path, refused))
                    .doOnError(_ -> sftp.close())
                    .doOnCancel(sftp::close);
        });
    }

    /** The whole file system, without what the kernel shows in it. */
    Mono<EngineStream<byte[]>> export(ContainerId id) {
        return getArchive(id, "/");
    }

    @Override
    public Mono<Void> putArchive(ContainerId id, String path, Publisher<byte[]> tar) {
        String clean = clean(path);
        return Mono.usingWhen(
                        open(id),
                        sftp -> new SftpUnpacking(new SftpFiles(sftp), session.errors(), clean).unpack(Flux.from(tar)),
                        LxdFiles::close)
                .onErrorMap(SftpException.class, refused -> failure(id, path, refused));
    }

    private static Mono<Void> close(SftpSession sftp) {
        return Mono.fromRunnable(sftp::close);
    }

    private Mono<SftpSession> open(ContainerId id) {
        EngineRequest request = EngineRequest.get(
                        LxdTarget.of(InstanceAddress.of(id), "sftp").toString())
                .header("Upgrade", "sftp");
        return session.hijack(LxdCall.CONTAINER, "container " + id, request)
                .onErrorMap(EngineException.NotFound.class, this::orNoSftp)
                .flatMap(stream -> SftpSession.begin(stream, session.errors(), settings.requestTimeout()))
                .doOnDiscard(SftpSession.class, SftpSession::close);
    }

    /** A daemon without the call says only that, and nothing of an instance. */
    private EngineException orNoSftp(EngineException.NotFound failure) {
        return "not found".equalsIgnoreCase(failure.evidence().nativeMessage())
                ? new EngineException.Unsupported(Capability.ARCHIVE, LxdCapabilities.NO_SFTP, failure.evidence())
                : failure;
    }

    private EngineException failure(ContainerId id, String path, SftpException refused) {
        String told = String.valueOf(refused.getMessage());
        EngineException.Evidence evidence =
                new EngineException.Evidence(session.errors().engine(), null, told, Map.of());
        if (refused.isDenied()) {
            return new EngineException.Denied(
                    "PATH_DENIED", "the engine may not touch %s in container %s".formatted(path, id), evidence);
        }
        return refused.isMissing() || refused.isNotAFolder()
                ? new EngineException.NotFound("NO_SUCH_PATH", "no %s in container %s".formatted(path, id), evidence)
                : new EngineException.Failed("ENGINE_ERROR", told, evidence, refused);
    }

    /** Without slashes at the end. */
    private static String clean(String path) {
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        String clean = path.substring(0, end);
        return clean.startsWith("/") ? clean : "/" + clean;
    }
}
