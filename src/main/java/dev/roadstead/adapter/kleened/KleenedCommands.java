package dev.roadstead.adapter.kleened;

import dev.roadstead.container.ContainerId;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Runs short scripts of the gateway's own in running jails, as root, by their {@code /bin/sh}. */
final class KleenedCommands {
    /** What a script may tell. */
    private static final int LONGEST = 1024 * 1024;

    /** What came of a script; outputs are one, and cut off where they are longer than a script of ours tells. */
    record Result(int exitCode, String output, boolean isWhole) {}

    private final ExecOperations exec;

    KleenedCommands(ExecOperations exec) {
        this.exec = exec;
    }

    /** Runs one to its end, without input. */
    Mono<Result> run(ContainerId id, String script, String... arguments) {
        return Mono.usingWhen(
                exec.start(id, spec(script, arguments).withInput(0)),
                session -> {
                    ByteArrayOutputStream told = new ByteArrayOutputStream();
                    return session.output()
                            .doOnNext(piece -> keep(told, piece.data()))
                            .then(session.exitCode())
                            .map(code ->
                                    new Result(code, told.toString(StandardCharsets.UTF_8), told.size() < LONGEST));
                },
                ExecOperations.Session::close);
    }

    static void keep(ByteArrayOutputStream told, byte[] data) {
        told.write(data, 0, Math.min(data.length, LONGEST - told.size()));
    }

    static ExecSpec spec(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", script, "sh"));
        command.addAll(List.of(arguments));
        return new ExecSpec(command, Map.of(), "root", null, false, null, null);
    }
}
