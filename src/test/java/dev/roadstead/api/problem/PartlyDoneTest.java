package dev.roadstead.api.problem;

import static org.assertj.core.api.Assertions.assertThat;

import dev.roadstead.engine.EngineException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was done before a failure is told with it. */
class PartlyDoneTest {
    @Test
    void theFailureKeepsItsKindAndTellsWhatWasDone() {
        EngineException failure =
                new EngineException.Unavailable("engine local is gone", EngineException.Evidence.of("local"), null);

        ProblemMapper.Answer answer = new ProblemMapper()
                .map(new PartlyDoneException(failure, Map.of("kind", "images", "pruned", List.of())));

        assertThat(answer.kind()).isEqualTo(ErrorKind.ENGINE_UNREACHABLE);
        assertThat(answer.code()).isEqualTo("ENGINE_UNREACHABLE");
        assertThat(answer.retryAfterSeconds()).isEqualTo(5);
        assertThat(answer.details())
                .containsEntry("engine", "local")
                .containsEntry("kind", "images")
                .containsEntry("pruned", List.of());
    }
}
