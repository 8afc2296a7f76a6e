package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.transport.EngineRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import reactor.core.publisher.Mono;

/** Processes in instances: an operation with a socket for each of its streams. */
final class LxdExec implements ExecOperations {
    private final LxdSession session;
    private final LxdUsers users;
    private final LxdSockets sockets;
    private final LxdLeftovers leftovers;
    private final Duration patience;

    /** @param patience how long a session that nobody touches is kept */
    LxdExec(LxdSession session, Duration patience) {
        this.session = session;
        this.users = new LxdUsers(session);
        this.sockets = new LxdSockets(session);
        this.leftovers = new LxdLeftovers(session);
        this.patience = patience;
    }

    @Override
    public Mono<Session> start(ContainerId id, ExecSpec spec) {
        InstanceAddress address = InstanceAddress.of(id);
        String subject = LxdInstances.subject(address);
        String mark = LxdLeftovers.mark();
        Mono<Optional<LxdUsers.User>> user = spec.user() == null || spec.user().isEmpty()
                ? Mono.just(Optional.empty())
                : users.of(address, spec.user()).map(Optional::of);
        // The daemon drops a process whose sockets do not come, so a start that is given up leaves none.
        return session.dialect()
                .then(user)
                .flatMap(known -> session.operations()
                        .begin(
                                LxdCall.EXEC,
                                subject,
                                EngineRequest.post(LxdTarget.of(address, "exec").toString())
                                        .json(session.bytes(body(spec, mark, known)))))
                .flatMap(begun -> sockets.<Session>open(
                        LxdCall.EXEC,
                        subject,
                        begun,
                        opened -> new LxdExecSession(
                                session,
                                sockets,
                                id,
                                leftovers.end(address, mark),
                                begun,
                                opened,
                                spec.tty(),
                                patience)));
    }

    private static Map<String, Object> body(ExecSpec spec, String mark, Optional<LxdUsers.User> user) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("command", spec.command());
        body.put("wait-for-websocket", true);
        body.put("interactive", spec.tty());
        Map<String, String> env = new LinkedHashMap<>();
        if (spec.tty()) {
            env.put("TERM", "xterm");
        }
        user.map(LxdUsers.User::home).ifPresent(home -> env.put("HOME", home));
        env.putAll(spec.env());
        env.put(LxdLeftovers.VARIABLE, mark);
        body.put("environment", env);
        user.ifPresent(known -> {
            body.put("user", known.uid());
            body.put("group", known.gid());
        });
        if (spec.workingDir() != null) {
            body.put("cwd", spec.workingDir());
        }
        if (spec.tty() && spec.columns() != null && spec.rows() != null) {
            body.put("width", spec.columns());
            body.put("height", spec.rows());
        }
        return body;
    }
}
