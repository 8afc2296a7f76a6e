package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.PathStat;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.engine.FileOperations;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * Files of running containers, by tar(1) in them. What comes out is bytes as they are; what goes in travels as lines of base64 with a
 * mark at its end, since an input cannot be closed. A jail has what that needs: sh, sed, stat, b64decode and tar of FreeBSD's base.
 */
final class KleenedFiles implements FileOperations {
    private static final int NO_SUCH_PATH = 90;
    private static final int NO_FOLDER = 91;

    // GNU's and busybox's stat first: that of FreeBSD knows no -c, but theirs know another -f.
    private static final String STAT = """
            [ -e "$1" ] || [ -L "$1" ] || exit 90
            stat -c '%F|%s|%a|%Y' "$1" 2>/dev/null || stat -f '%HT|%z|%Mp%Lp|%m' "$1" || exit 1
            if [ -L "$1" ]; then readlink "$1"; fi
            """;

    private static final String GET = "exec tar -cf - -C \"$1\" -- \"$2\" 2>/dev/null";
    private static final String EXPORT = """
            cd / && set --
            for each in * .[!.]*; do
              case $each in dev|proc) ;; *) if [ -e "$each" ] || [ -L "$each" ]; then set -- "$@" "./$each"; fi ;; esac
            done
            exec tar -cf - -- "$@" 2>/dev/null""";

    private static final String PUT = """
            [ -e "$1" ] || exit 90
            [ -d "$1" ] || exit 91
            cd "$1" || exit 92
            if command -v b64decode >/dev/null 2>&1; then decode='b64decode -r'; else decode='base64 -d'; fi
            sed -n '/^\\.$/q;p' | $decode | tar "$2" -
            """;

    private final KleenedSession session;
    private final ExecOperations exec;
    private final KleenedCommands commands;

    KleenedFiles(KleenedSession session, ExecOperations exec) {
        this.session = session;
        this.exec = exec;
        this.commands = new KleenedCommands(exec);
    }

    @Override
    public Mono<PathStat> stat(ContainerId id, String path) {
        return commands.run(id, STAT, path).map(result -> switch (result.exitCode()) {
            case 0 -> parsed(path, result.output());
            case NO_SUCH_PATH -> throw noSuchPath(id, path);
            default -> throw failed("the path cannot be looked at", result.exitCode(), result.output());
        });
    }

    private PathStat parsed(String path, String told) {
        int lineEnd = told.indexOf('\n');
        String[] fields = told.substring(0, Math.max(lineEnd, 0)).split("\\|", -1);
        if (fields.length != 4) {
            throw failed("stat told something else", 0, told);
        }
        try {
            String type = type(fields[0]);
            return new PathStat(
                    name(path),
                    type,
                    Long.parseLong(fields[1]),
                    Integer.parseInt(fields[2], 8) & 07777,
                    Instant.ofEpochSecond(Long.parseLong(fields[3])),
                    type.equals("symlink") ? target(told.substring(lineEnd + 1)) : null);
        } catch (NumberFormatException noNumber) {
            throw failed("stat told something else", 0, told);
        }
    }

    private static @Nullable String target(String line) {
        return line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
    }

    private static String type(String told) {
        return switch (told.toLowerCase(Locale.ROOT)) {
            case "regular file", "regular empty file" -> "file";
            case "directory" -> "directory";
            case "symbolic link" -> "symlink";
            default -> "other";
        };
    }

    @Override
    public Mono<EngineStream<byte[]>> getArchive(ContainerId id, String path) {
        String plain = trimmed(path);
        int slash = plain.lastIndexOf('/');
        String folder = slash <= 0 ? "/" : plain.substring(0, slash);
        String name = plain.substring(slash + 1);
        return stat(id, path).then(stream(id, KleenedCommands.spec(GET, folder, name.isEmpty() ? "." : name)));
    }

    /** The whole file system of a running container, without what is no file of its own. */
    Mono<EngineStream<byte[]>> export(ContainerId id) {
        return stream(id, KleenedCommands.spec(EXPORT));
    }

    private Mono<EngineStream<byte[]>> stream(ContainerId id, ExecSpec spec) {
        return exec.start(id, spec.withInput(0)).map(running -> {
            Once closing = new Once(running);
            Flux<byte[]> tar = running.output()
                    .map(ExecOutput::data)
                    .concatWith(running.exitCode()
                            .flatMap(code -> code == 0
                                    ? Mono.<byte[]>empty()
                                    : Mono.error(failed("tar could not read everything", code, ""))))
                    .doFinally(_ -> closing.run());
            return new EngineStream<>(tar, closing);
        });
    }

    @Override
    public Mono<Void> putArchive(ContainerId id, String path, Publisher<byte[]> tar) {
        return Flux.from(tar)
                .switchOnFirst((first, whole) -> unpacked(id, path, isPacked(first) ? "-xpzf" : "-xpf", whole))
                .then();
    }

    private Mono<Void> unpacked(ContainerId id, String path, String options, Flux<byte[]> tar) {
        return Mono.usingWhen(
                exec.start(id, KleenedCommands.spec(PUT, path, options)),
                running -> {
                    ByteArrayOutputStream told = new ByteArrayOutputStream();
                    Mono<Void> reading = running.output()
                            .doOnNext(piece -> KleenedCommands.keep(told, piece.data()))
                            .then();
                    // One that ended early does not want the rest.
                    Mono<Void> writing = new Base64Lines()
                            .of(tar)
                            .concatMap(running::input, 1)
                            .onErrorResume(KleenedFiles::hasEnded, _ -> Mono.empty())
                            .takeUntilOther(running.exitCode().onErrorComplete())
                            .then();
                    return Mono.when(reading, writing)
                            .then(running.exitCode())
                            .flatMap(code -> outcome(id, path, code, told.toString(StandardCharsets.UTF_8)));
                },
                ExecOperations.Session::close);
    }

    private Mono<Void> outcome(ContainerId id, String path, int code, String told) {
        return switch (code) {
            case 0 -> Mono.empty();
            case NO_SUCH_PATH -> Mono.error(noSuchPath(id, path));
            case NO_FOLDER ->
                Mono.error(new EngineException.InvalidRequest(
                        "NOT_A_FOLDER",
                        "%s in container %s is no folder".formatted(path, id),
                        session.errors().evidence()));
            default ->
                Mono.error(
                        told.contains("No space left")
                                ? failed("there is no space left", code, told)
                                : new EngineException.InvalidRequest(
                                        "BAD_ARCHIVE",
                                        "tar could not unpack that: " + last(told),
                                        session.errors().evidence()));
        };
    }

    private static boolean hasEnded(Throwable failure) {
        return failure instanceof EngineException ended && ended.code().equals("PROCESS_ENDED");
    }

    /** RFC 1952: what was packed by gzip says so itself; not every tar looks. */
    private static boolean isPacked(Signal<? extends byte[]> first) {
        byte[] data = first.get();
        return data != null && data.length > 1 && data[0] == 0x1f && (data[1] & 0xff) == 0x8b;
    }

    private static String trimmed(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static String name(String path) {
        String plain = trimmed(path);
        return plain.isEmpty() ? "/" : plain.substring(plain.lastIndexOf('/') + 1);
    }

    private static String last(String told) {
        String text = told.strip();
        return text.substring(text.lastIndexOf('\n') + 1);
    }

    private EngineException noSuchPath(ContainerId id, String path) {
        return new EngineException.NotFound(
                "NO_SUCH_PATH",
                "no %s in container %s".formatted(path, id),
                session.errors().evidence());
    }

    private EngineException failed(String what, int code, String told) {
        return new EngineException.Failed(
                "ENGINE_ERROR",
                "%s (exit code %d) %s".formatted(what, code, last(told)).strip(),
                session.errors().evidence(),
                null);
    }

    /** Gives a process up, once. */
    private static final class Once implements Runnable {
        private final ExecOperations.Session running;
        private final AtomicBoolean done = new AtomicBoolean();

        private Once(ExecOperations.Session running) {
            this.running = running;
        }

        @Override
        public void run() {
            if (done.compareAndSet(false, true)) {
                running.close().subscribe(_ -> {}, _ -> {});
            }
        }
    }
}
