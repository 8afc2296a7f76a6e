package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.Attachment;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.transport.EngineRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/** Processes in running jails: made by a call, started and held by a WebSocket. */
final class KleenedExec implements ExecOperations {
    static final String START = "/exec/start";

    /** Kleened puts the user among the arguments of jexec(8), split at spaces. */
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");

    private static final Pattern ID = Pattern.compile("[0-9a-f]{12}");

    private final KleenedSession session;
    private final KleenedSockets sockets;
    private final KleenedTape tape;
    private final Duration patience;

    KleenedExec(KleenedSession session, KleenedTape tape) {
        this.session = session;
        this.sockets = new KleenedSockets(session);
        this.tape = tape;
        this.patience = session.settings().idleTimeout();
    }

    @Override
    public Mono<Session> start(ContainerId id, ExecSpec spec) {
        return Mono.defer(() -> {
            check(id, spec);
            String subject = "a process in container " + id;
            return attached(id, subject, body(id, spec), false)
                    .<Session>map(running -> new KleenedExecSession(
                            session, sockets, id, running.id(), running.socket(), spec, patience));
        });
    }

    /**
     * Starts a stopped container's main process; whoever calls has looked that it does not run. Where output is kept the gateway stays
     * attached, since nobody can attach later.
     */
    Mono<Void> startContainer(ContainerId id) {
        return Mono.defer(() -> {
            String subject = "container " + id;
            Map<String, Object> body = Map.of("container_id", id.value());
            return tape.isCapturing()
                    ? attached(id, subject, body, true)
                            .doOnNext(running -> tape.hold(id, running.socket()))
                            .then()
                    : detached(subject, body);
        });
    }

    /** The good end of a start without output is the farewell itself. */
    private Mono<Void> detached(String subject, Map<String, ?> body) {
        return Mono.usingWhen(
                created(subject, body),
                exec -> Mono.usingWhen(
                        sockets.open(
                                KleenedCall.START,
                                subject,
                                START,
                                Map.of("exec_id", exec, "attach", false, "start_container", true)),
                        socket -> socket.ending()
                                .flatMap(ending -> ending.isGood()
                                        ? Mono.<Void>empty()
                                        : Mono.error(sockets.failure(
                                                KleenedCall.START, subject, ending, socket.lastWords()))),
                        socket -> Mono.fromRunnable(socket::close)),
                _ -> Mono.empty(),
                (exec, _) -> forget(exec),
                this::forget);
    }

    /** Joins a container's main process, if the gateway holds it. */
    Mono<Attachment> attach(ContainerId id) {
        return tape.attach(id);
    }

    /** An exec and its socket. */
    record Running(String id, KleenedSocket socket) {}

    /**
     * Makes one, starts it and holds its socket. What is given up before it runs is ended.
     *
     * @param startContainer whether it starts the jail, as its first process
     */
    Mono<Running> attached(ContainerId id, String subject, Map<String, ?> body, boolean startContainer) {
        KleenedCall call = startContainer ? KleenedCall.START : KleenedCall.EXEC;
        return Mono.usingWhen(
                created(subject, body),
                exec -> sockets.open(
                                call,
                                subject,
                                START,
                                Map.of("exec_id", exec, "attach", true, "start_container", startContainer))
                        .flatMap(socket -> sockets.begun(call, subject, socket))
                        .map(socket -> new Running(exec, socket))
                        .doOnDiscard(Running.class, running -> running.socket().close()),
                _ -> Mono.empty(),
                (exec, _) -> forget(exec),
                this::forget);
    }

    Mono<String> created(String subject, Map<String, ?> body) {
        return session.readId(
                KleenedCall.EXEC_CREATE,
                subject,
                EngineRequest.post("/exec/create").json(session.bytes(body)));
    }

    /** Ends an exec that may not have been started: the daemon answers such a stop with a failure and drops it nevertheless. */
    Mono<Void> forget(String exec) {
        return stop(exec, "an exec", false).onErrorComplete();
    }

    /** Ends an exec, at most within the daemon's five seconds. */
    private Mono<Void> stop(String exec, String subject, boolean force) {
        return stop(session, exec, subject, force);
    }

    static Mono<Void> stop(KleenedSession session, String exec, String subject, boolean force) {
        return session.work(
                        KleenedCall.EXEC,
                        subject,
                        EngineRequest.post(KleenedTarget.of("exec", exec, "stop")
                                .with("force_stop", force)
                                .with("stop_container", false)
                                .toString()))
                .then();
    }

    private void check(ContainerId id, ExecSpec spec) {
        // Kleened takes names and beginnings of ids, too, and silently chooses among several.
        if (!ID.matcher(id.value()).matches()) {
            throw new EngineException.NotFound(
                    "NO_SUCH_CONTAINER",
                    "no container %s".formatted(id),
                    session.errors().evidence());
        }
        if (spec.user() != null
                && !spec.user().isEmpty()
                && !USER.matcher(spec.user()).matches()) {
            throw session.errors().invalid("user", spec.user(), USER.pattern());
        }
        if (spec.command().isEmpty()) {
            throw session.errors().invalid("command", "", "a program");
        }
    }

    private static Map<String, Object> body(ContainerId id, ExecSpec spec) {
        Map<String, String> env = new LinkedHashMap<>();
        if (spec.tty()) {
            env.put("TERM", "xterm");
        }
        env.putAll(spec.env());
        return Map.of(
                "container_id", id.value(),
                "cmd", command(spec),
                "env",
                        env.entrySet().stream()
                                .map(variable -> variable.getKey() + '=' + variable.getValue())
                                .toList(),
                "user", spec.user() == null ? "" : spec.user(),
                "tty", spec.tty());
    }

    /** The command itself, or by a shell what Kleened cannot do: a folder, a terminal's first size, an input's end. */
    private static List<String> command(ExecSpec spec) {
        List<String> before = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        String run = "exec \"$@\"";
        if (spec.workingDir() != null && !spec.workingDir().isEmpty()) {
            before.add("cd -- \"$1\" || exit 126; shift");
            arguments.add(spec.workingDir());
        }
        if (spec.tty()) {
            if (spec.columns() != null && spec.rows() != null) {
                before.add("stty columns %d rows %d 2>/dev/null".formatted(spec.columns(), spec.rows()));
            }
        } else if (spec.inputLength() != null) {
            // FreeBSD's head refuses to read nothing.
            run = spec.inputLength() == 0
                    ? "exec \"$@\" </dev/null"
                    : "head -c %d | \"$@\"".formatted(spec.inputLength());
            before.add("");
        }
        if (before.isEmpty()) {
            return spec.command();
        }
        before.removeIf(String::isEmpty);
        before.add(run);
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", String.join("; ", before), "sh"));
        command.addAll(arguments);
        command.addAll(spec.command());
        return command;
    }
}
