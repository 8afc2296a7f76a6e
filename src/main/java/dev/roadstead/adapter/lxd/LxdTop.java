package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.container.ProcessTable;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.ExecOperations;
import dev.roadstead.exec.ExecOutput;
import dev.roadstead.exec.ExecSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** The processes of an instance as its own {@code ps} tells them. */
final class LxdTop {
    private static final int LONGEST = 1024 * 1024;

    /** Busybox's knows no options. */
    private static final ExecSpec PS =
            new ExecSpec(List.of("sh", "-c", "ps -ef 2>/dev/null || ps"), Map.of(), null, null, false, null, null);

    private final LxdSession session;
    private final LxdExec exec;

    LxdTop(LxdSession session, LxdExec exec) {
        this.session = session;
        this.exec = exec;
    }

    Mono<ProcessTable> table(ContainerId id) {
        return Mono.usingWhen(exec.start(id, PS), this::read, ExecOperations.Session::close);
    }

    private Mono<ProcessTable> read(ExecOperations.Session process) {
        return process.output()
                .filter(piece -> piece.stream() == OutputStreamName.STDOUT)
                .map(ExecOutput::data)
                .collect(ByteArrayOutputStream::new, (all, piece) -> {
                    if (piece.length > LONGEST - all.size()) {
                        throw session.errors().nonsense("ps tells more than %d bytes".formatted(LONGEST), null);
                    }
                    all.writeBytes(piece);
                })
                .zipWith(process.exitCode())
                .flatMap(told -> {
                    ProcessTable table = ProcessTable.parse(told.getT1().toString(StandardCharsets.UTF_8));
                    return told.getT2() == 0 && !table.titles().isEmpty()
                            ? Mono.just(table)
                            : Mono.error(new EngineException.Unsupported(
                                    Capability.TOP,
                                    "the container has no ps",
                                    session.errors().evidence()));
                });
    }
}
