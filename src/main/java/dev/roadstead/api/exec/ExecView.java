package dev.roadstead.api.exec;

import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.session.ExecState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An exec session. */
@Schema(name = "Exec", description = "A process in a container, running or ended.")
public record ExecView(
        @Schema(description = "Its id.", example = "0b6f9a52-8f0e-4a53-a8cc-1f8b6c2f34a1")
        String execId,

        @Schema(description = "The container.", example = "c0b6f9a52-8f0e-4a53-a8cc-1f8b6c2f34a1")
        String cuid,

        @Schema(description = "The container's engine.", example = "local")
        String engine,

        @Schema(description = "The program and its arguments.", example = "[\"sleep\",\"60\"]")
        List<String> command,

        @Schema(description = "The user it runs as; null: the container's.", example = "1000") @Nullable
        String user,

        @Schema(description = "Whether it has a terminal.", example = "false")
        boolean tty,

        @Schema(
                description = "Where it stands; failed: the engine broke off, what became of the process is not known.",
                example = "running",
                allowableValues = {"running", "exited", "failed"})
        String status,

        @Schema(description = "Its exit code, once it has exited.", example = "0") @Nullable
        Integer exitCode,

        @Schema(
                description = "Why the gateway ended it; null if it did not.",
                example = "timeout",
                allowableValues = {"closed", "timeout", "lease_expired", "cancelled", "shutdown"})
        @Nullable
        String ended,

        @Schema(description = "Why it failed.") @Nullable ErrorView error,

        @Schema(description = "When it started.", example = "2026-11-23T10:00:00Z")
        Instant startedAt,

        @Schema(description = "When it ended.", example = "2026-11-23T10:00:05Z") @Nullable
        Instant finishedAt,

        @Schema(
                description = "Offset of the first byte of its output that is kept, both outputs counted together.",
                example = "0")
        long oldestOffset,

        @Schema(description = "Offset of the next byte: how many came so far.", example = "4711")
        long nextOffset) {

    /** Why a session failed. */
    @Schema(name = "ExecError", description = "Why an exec failed.")
    public record ErrorView(
            @Schema(description = "The kind, as in problems.", example = "engine_error")
            String error,

            @Schema(description = "The case.", example = "ENGINE_BROKE_OFF")
            String code,

            @Schema(description = "For people.", example = "engine local broke off")
            String message) {}

    static ExecView of(ExecState state, ProblemMapper problems) {
        return new ExecView(
                state.id(),
                state.cuid().value(),
                state.engine().value(),
                state.command(),
                state.user(),
                state.tty(),
                state.status().word(),
                state.exitCode(),
                state.ended() == null ? null : state.ended().word(),
                error(state.failure(), problems),
                state.startedAt(),
                state.finishedAt(),
                state.oldest(),
                state.next());
    }

    private static @Nullable ErrorView error(@Nullable Throwable failure, ProblemMapper problems) {
        if (failure == null) {
            return null;
        }
        ProblemMapper.Answer answer = problems.map(failure);
        return new ErrorView(answer.kind().word(), answer.code(), answer.message());
    }
}
