package dev.roadstead.api.exec;

import dev.roadstead.session.Captured;
import dev.roadstead.session.ExecSession;
import dev.roadstead.session.ExecState;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a process did. */
@Schema(name = "ExecResult", description = "What a process did.")
public record ExecResultView(
        @Schema(description = "Its id.", example = "0b6f9a52-8f0e-4a53-a8cc-1f8b6c2f34a1")
        String execId,

        @Schema(
                description =
                        "Its exit code; 126 or 127 if the program could not be started, 128 and more for a signal.",
                example = "0")
        @Nullable
        Integer exitCode,

        @Schema(description = "What it wrote to standard output.", example = "ready\n")
        String stdout,

        @Schema(description = "What it wrote to standard error.", example = "cannot open /srv\n")
        String stderr,

        @Schema(
                description = "How stdout is encoded: base64 if it is not whole UTF-8.",
                example = "utf8",
                allowableValues = {"utf8", "base64"})
        String stdoutEncoding,

        @Schema(
                description = "How stderr is encoded: base64 if it is not whole UTF-8.",
                example = "utf8",
                allowableValues = {"utf8", "base64"})
        String stderrEncoding,

        @Schema(description = "Milliseconds from its start to its end.", example = "12")
        long durationMs,

        @Schema(
                description = "Whether it wrote more than is kept (1 MiB by default); then these are the last bytes.",
                example = "false")
        boolean truncated) {

    static ExecResultView of(ExecSession session, ExecState state) {
        Captured captured = session.captured();
        OutputText stdout = OutputText.of(captured.stdout());
        OutputText stderr = OutputText.of(captured.stderr());
        return new ExecResultView(
                state.id(),
                state.exitCode(),
                stdout.data(),
                stderr.data(),
                stdout.encoding(),
                stderr.encoding(),
                state.finishedAt() == null
                        ? 0
                        : Duration.between(state.startedAt(), state.finishedAt())
                                .toMillis(),
                captured.truncated());
    }
}
