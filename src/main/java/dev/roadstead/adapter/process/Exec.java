package dev.roadstead.adapter.process;

import dev.roadstead.adapter.daemon.DaemonSession;
import dev.roadstead.adapter.daemon.Inspection;
import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.transport.HijackedStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Processes in containers of a daemon. */
public final class Exec implements ExecOperations {
    private final DaemonSession session;
    private final ExecCalls calls;
    private final ExecTerms terms;
    private final ExecClaims claims;
    private final String script = MarkedProcess.script();

    /** @param patience how long a session that nobody touches is kept */
    public Exec(DaemonSession session, Inspection inspection, ExecTerms terms, Duration patience) {
        this.session = session;
        this.calls = new ExecCalls(session, inspection, terms);
        this.terms = terms;
        this.claims = new ExecClaims(patience);
    }

    @Override
    public Mono<Session> start(ContainerId id, ExecSpec spec) {
        return Mono.defer(() -> {
            MarkedProcess process = new MarkedProcess(calls, script, id, spec.user());
            return session.agreement().flatMap(known -> {
                ExecTerms.Size size = size(spec);
                boolean takesSize = terms.takesSize(known);
                Map<String, Object> more = size != null && takesSize ? terms.creation(size) : Map.of();
                return calls.create(id, body(spec, process.mark(), more))
                        .flatMap(exec -> claims.hand(started(id, exec, spec, process, takesSize)));
            });
        });
    }

    private Mono<ExecSession> started(
            ContainerId id, String exec, ExecSpec spec, MarkedProcess process, boolean takesSize) {
        ExecTerms.Size size = size(spec);
        return calls.start(exec, spec.tty(), size != null && takesSize ? terms.start(size) : Map.of())
                .map(stream -> session(id, exec, spec, process, stream))
                .flatMap(started -> size != null && !takesSize ? resized(started, exec, size) : Mono.just(started))
                // Nobody knows whether it runs: if it does, it must not stay.
                .onErrorResume(
                        failure -> !(failure instanceof EngineException.NotFound)
                                && !(failure instanceof EngineException.WrongState),
                        failure -> calls.runs(exec)
                                .filter(runs -> runs)
                                .flatMap(_ -> calls.found(exec, process.end()))
                                .onErrorComplete(EngineException.class)
                                .then(Mono.error(failure)));
    }

    private ExecSession session(
            ContainerId id, String exec, ExecSpec spec, MarkedProcess process, HijackedStream stream) {
        return new ExecSession(calls, id, exec, process, new ProcessStream(stream, spec.tty(), session.faults()));
    }

    /** Before the first input; the daemon waits with it until the process runs. One that failed to start has no terminal. */
    private Mono<ExecSession> resized(ExecSession started, String exec, ExecTerms.Size size) {
        return calls.resize(exec, size.columns(), size.rows())
                .onErrorResume(
                        EngineException.class,
                        failure -> calls.look(exec)
                                .flatMap(state ->
                                        Boolean.TRUE.equals(state.running()) ? Mono.error(failure) : Mono.empty()))
                .onErrorResume(failure ->
                        started.close().onErrorComplete(EngineException.class).then(Mono.error(failure)))
                .thenReturn(started);
    }

    /** Null without a terminal or a size. */
    private static ExecTerms.@Nullable Size size(ExecSpec spec) {
        Integer columns = spec.columns();
        Integer rows = spec.rows();
        return spec.tty() && columns != null && rows != null ? new ExecTerms.Size(columns, rows) : null;
    }

    private static Map<String, Object> body(ExecSpec spec, String mark, Map<String, Object> more) {
        List<String> env = new ArrayList<>();
        spec.env().forEach((name, value) -> env.add(name + '=' + value));
        // The last one counts: nobody may bear another's mark.
        env.add(mark);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Cmd", spec.command());
        body.put("Env", env);
        body.put("Tty", spec.tty());
        body.put("DetachKeys", ProcessStream.DETACH_KEYS);
        body.put("AttachStdin", true);
        body.put("AttachStdout", true);
        body.put("AttachStderr", true);
        if (spec.user() != null) {
            body.put("User", spec.user());
        }
        if (spec.workingDir() != null) {
            body.put("WorkingDir", spec.workingDir());
        }
        body.putAll(more);
        return body;
    }
}
