package dev.roadstead.api.terminal;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.api.socket.ServerFrame;
import dev.roadstead.api.socket.Socket;
import dev.roadstead.session.ExecSession;
import dev.roadstead.session.ReplayGoneException;
import dev.roadstead.session.SessionEvent;
import dev.roadstead.session.Viewer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A client at an exec session. */
final class ExecTerminal {
    private static final int ATTEMPTS = 16;

    private ExecTerminal() {}

    /**
     * Joins a session and stays until its end, or the client's; a client that says goodbye ends the process, if it is the writer.
     *
     * @param from offset; null: the oldest that is kept
     */
    static Mono<Void> join(ExecSession session, ExecSession.Role role, @Nullable Long from, Socket socket) {
        return Mono.usingWhen(
                Mono.fromSupplier(() -> joined(session, role, from)),
                viewer -> Mono.firstWithSignal(
                        output(viewer, socket), new InputPump(socket).pump(socket.frames(), ProcessInput.of(viewer))),
                viewer -> leave(viewer, socket));
    }

    /** What is kept moves on while somebody joins. */
    private static Viewer joined(ExecSession session, ExecSession.Role role, @Nullable Long from) {
        long wanted = from == null ? session.state().oldest() : from;
        for (int attempt = 1; ; attempt++) {
            try {
                return session.join(role, wanted);
            } catch (ReplayGoneException gone) {
                if (from != null || attempt == ATTEMPTS) {
                    throw gone;
                }
                wanted = gone.oldest();
            }
        }
    }

    /** Tells what happens in a session: first that it is there, last its exit code. */
    static Mono<Void> output(Viewer viewer, Socket socket) {
        AtomicBoolean exited = new AtomicBoolean();
        return socket.send(new ServerFrame.Started(
                        viewer.session().id(),
                        viewer.isWriter(),
                        viewer.session().state().tty(),
                        viewer.position()))
                .then(viewer.events()
                        .concatMap(
                                event -> switch (event) {
                                    case SessionEvent.Output output ->
                                        socket.send(new ServerFrame.Output(
                                                output.stream(), output.data(), output.offset()));
                                    case SessionEvent.Exited end -> {
                                        exited.set(true);
                                        yield socket.send(new ServerFrame.Exit(end.code()));
                                    }
                                    case SessionEvent.Overruled _ -> socket.complain(overruled());
                                },
                                0)
                        .then())
                .then(Mono.defer(() -> exited.get() ? Mono.empty() : socket.send(new ServerFrame.Exit(null))));
    }

    /** Leaves a session as the client left us. */
    static Mono<Void> leave(Viewer viewer, Socket socket) {
        return Mono.defer(() -> {
            if (socket.isLeaving()) {
                return viewer.end();
            }
            viewer.leave();
            return Mono.empty();
        });
    }

    private static ProblemException overruled() {
        return new ProblemException(
                ErrorKind.STATE_ERROR, "NOT_THE_WRITER", "another client writes to this process now", Map.of());
    }
}
