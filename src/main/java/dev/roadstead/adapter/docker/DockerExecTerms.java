package dev.roadstead.adapter.docker;

import dev.roadstead.adapter.daemon.Agreement;
import dev.roadstead.adapter.process.ExecTerms;
import java.util.List;
import java.util.Map;

/** Docker's way with processes: a size belongs to both bodies (Docker Engine API, ExecCreate, ExecStart). */
final class DockerExecTerms implements ExecTerms {
    /** Until Docker 23 a size given at the start is ignored. */
    @Override
    public boolean takesSize(Agreement agreement) {
        return agreement.api().atLeast(1, 42);
    }

    @Override
    public Map<String, Object> creation(Size size) {
        return consoleSize(size);
    }

    @Override
    public Map<String, Object> start(Size size) {
        return consoleSize(size);
    }

    private static Map<String, Object> consoleSize(Size size) {
        return Map.of("ConsoleSize", List.of(size.rows(), size.columns()));
    }
}
