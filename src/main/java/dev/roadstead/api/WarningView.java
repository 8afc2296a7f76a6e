package dev.roadstead.api;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.fleet.Warning;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.slf4j.LoggerFactory;

/** An engine that could not contribute to an answer. */
@Schema(name = "Warning", description = "An engine that is missing from an answer, and why.")
public record WarningView(
        @Schema(description = "The engine.", example = "build-1")
        String engine,

        @Schema(description = "The kind of problem as a word to switch on.", example = "engine_unreachable")
        String error,

        @Schema(description = "What went wrong.", example = "no connection to engine build-1: connection refused")
        String message) {

    /** Shows warnings. */
    public static List<WarningView> of(List<Warning> warnings, ProblemMapper mapper) {
        return warnings.stream()
                .map(warning -> {
                    ProblemMapper.Answer answer = mapper.map(warning.failure());
                    if (answer.kind() == ErrorKind.INTERNAL_ERROR) {
                        LoggerFactory.getLogger(WarningView.class)
                                .error("engine {} is missing from an answer", warning.engine(), warning.failure());
                    }
                    return new WarningView(
                            warning.engine().value(), answer.kind().word(), answer.message());
                })
                .toList();
    }
}
