package dev.roadstead.adapter.docker;

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

/** Processes in containers of a Docker daemon. */
final class DockerExec implements ExecOperations {
    private final DockerSession session;
    private final DockerExecCalls calls;
    private final ExecClaims claims;
    private final String script = MarkedProcess.script();

    /** @param patience how long a session that nobody touches is kept */
    DockerExec(DockerSession session, DockerInspection inspection, Duration patience) {
        this.session = session;
        this.calls = new DockerExecCalls(session, inspection);
        this.claims = new ExecClaims(patience);
    }

    @Override
    public Mono<Session> start(ContainerId id, ExecSpec spec) {
        return Mono.defer(() -> {
            MarkedProcess process = new MarkedProcess(calls, script, id, spec.user());
            return session.agreement().flatMap(known -> {
                // Until Docker 23 a size given here is ignored.
                boolean takesSize = known.api().atLeast(1, 42);
                List<Integer> size = takesSize ? size(spec) : null;
                return calls.create(id, body(spec, process.mark(), size))
                        .flatMap(exec -> claims.hand(started(id, exec, spec, process, size, !takesSize)));
            });
        });
    }

    private Mono<DockerExecSession> started(
            ContainerId id,
            String exec,
            ExecSpec spec,
            MarkedProcess process,
            @Nullable List<Integer> size,
            boolean resizes) {
        return calls.start(exec, spec.tty(), size)
                .map(stream -> session(id, exec, spec, process, stream))
                .flatMap(started -> resizes && size(spec) != null ? resized(started, exec, spec) : Mono.just(started))
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

    private DockerExecSession session(
            ContainerId id, String exec, ExecSpec spec, MarkedProcess process, HijackedStream stream) {
        return new DockerExecSession(calls, id, exec, process, new DockerStream(stream, spec.tty(), session.errors()));
    }

    /** Before the first input; the daemon waits with it until the process runs. One that failed to start has no terminal. */
    private Mono<DockerExecSession> resized(DockerExecSession started, String exec, ExecSpec spec) {
        List<Integer> size = size(spec);
        return size == null
                ? Mono.just(started)
                : calls.resize(exec, size.get(1), size.get(0))
                        .onErrorResume(
                                EngineException.class,
                                failure -> calls.look(exec)
                                        .flatMap(state -> Boolean.TRUE.equals(state.running())
                                                ? Mono.error(failure)
                                                : Mono.empty()))
                        .onErrorResume(failure -> started.close()
                                .onErrorComplete(EngineException.class)
                                .then(Mono.error(failure)))
                        .thenReturn(started);
    }

    /** Height before width, as Docker has it; null without a terminal or a size. */
    private static @Nullable List<Integer> size(ExecSpec spec) {
        Integer columns = spec.columns();
        Integer rows = spec.rows();
        return spec.tty() && columns != null && rows != null ? List.of(rows, columns) : null;
    }

    private static Map<String, Object> body(ExecSpec spec, String mark, @Nullable List<Integer> size) {
        List<String> env = new ArrayList<>();
        spec.env().forEach((name, value) -> env.add(name + '=' + value));
        // The last one counts: nobody may bear another's mark.
        env.add(mark);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("Cmd", spec.command());
        body.put("Env", env);
        body.put("Tty", spec.tty());
        body.put("DetachKeys", DockerStream.DETACH_KEYS);
        body.put("AttachStdin", true);
        body.put("AttachStdout", true);
        body.put("AttachStderr", true);
        if (spec.user() != null) {
            body.put("User", spec.user());
        }
        if (spec.workingDir() != null) {
            body.put("WorkingDir", spec.workingDir());
        }
        if (size != null) {
            body.put("ConsoleSize", size);
        }
        return body;
    }
}
