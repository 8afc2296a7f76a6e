package dev.roadstead.api.terminal;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.api.socket.ClientFrame;
import dev.roadstead.api.socket.ServerFrame;
import dev.roadstead.api.socket.Socket;
import dev.roadstead.container.LogEntry;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.session.ExecSession;
import dev.roadstead.session.Viewer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A container's log as a terminal. If it may, it turns into a shell with the first input: from then on the log is no longer told, and
 * the frames are those of the shell's session.
 */
final class LogTerminal {
    private final MainProcess main;
    private final Socket socket;
    private final @Nullable Function<@Nullable Size, Mono<ExecSession>> shell;
    private final InputPump pump;
    private final AtomicReference<@Nullable Size> size;
    private final Place place = new Place();

    /**
     * One client's.
     *
     * @param shell starts one with a terminal of this size, if it has one; null if the log stays a log
     * @param size of the client's terminal; null if it told none
     */
    LogTerminal(
            MainProcess main,
            Socket socket,
            @Nullable Function<@Nullable Size, Mono<ExecSession>> shell,
            @Nullable Size size) {
        this.main = main;
        this.socket = socket;
        this.shell = shell;
        this.pump = new InputPump(socket);
        this.size = new AtomicReference<>(size);
    }

    /** Tells the log and what comes of it; closes the log's stream however it ends. */
    Mono<Void> with(EngineStream<LogEntry> log) {
        Mono<Void> told = socket.send(new ServerFrame.Started(null, shell != null, main.hasTerminal(), 0))
                .then(socket.sendAll(MainProcess.logFrames(log.items())
                        .takeUntilOther(place.taken().asMono())))
                .then(Mono.defer(() -> {
                    log.close();
                    Viewer viewer = place.viewer();
                    return viewer == null ? main.exit(socket) : ExecTerminal.output(viewer, socket);
                }));
        Mono<Void> heard = pump.running(socket.frames().concatMap(this::hear, 1).then());
        return Mono.usingWhen(Mono.just(place), _ -> Mono.firstWithSignal(told, heard), _ -> {
            log.close();
            Viewer viewer = place.leave();
            return viewer == null ? Mono.empty() : ExecTerminal.leave(viewer, socket);
        });
    }

    private Mono<Void> hear(ClientFrame frame) {
        Viewer viewer = place.viewer();
        if (viewer != null) {
            return pump.carry(frame, ProcessInput.of(viewer));
        }
        return switch (frame) {
            case ClientFrame.Resize resize -> {
                size.set(new Size(resize.columns(), resize.rows()));
                yield Mono.empty();
            }
            case ClientFrame.Stdin _
            when shell != null ->
                shell.apply(size.get())
                        .flatMap(session -> place.take(session, socket))
                        .flatMap(joined -> pump.carry(frame, ProcessInput.of(joined)))
                        .onErrorResume(LogTerminal::isOfThisFrame, socket::complain);
            case ClientFrame.Stdin _ -> refused("a log takes no input");
            case ClientFrame.Signalled _ -> refused("there is no shell yet that could get a signal");
            case ClientFrame.Eof _ -> refused("there is no shell yet whose input could be closed");
            case ClientFrame.Close _ -> Mono.empty();
        };
    }

    /** A container that does not run, or an engine that cannot: its log can still be told. */
    private static boolean isOfThisFrame(Throwable failure) {
        return failure instanceof EngineException.WrongState || failure instanceof EngineException.Unsupported;
    }

    private Mono<Void> refused(String why) {
        return socket.complain(new ProblemException(ErrorKind.STATE_ERROR, "NO_SHELL_YET", why, Map.of()));
    }

    /** Where the shell's viewer is, once there is one; who comes too late is sent away. */
    private static final class Place {
        private final Sinks.Empty<Void> taken = Sinks.empty();
        private final AtomicBoolean left = new AtomicBoolean();
        private volatile @Nullable Viewer viewer;

        Sinks.Empty<Void> taken() {
            return taken;
        }

        @Nullable
        Viewer viewer() {
            return viewer;
        }

        Mono<Viewer> take(ExecSession session, Socket socket) {
            Viewer joined = session.join(ExecSession.Role.ANY, 0);
            viewer = joined;
            if (left.get()) {
                return ExecTerminal.leave(joined, socket).then(Mono.empty());
            }
            taken.tryEmitEmpty();
            return Mono.just(joined);
        }

        @Nullable
        Viewer leave() {
            left.set(true);
            return viewer;
        }
    }
}
