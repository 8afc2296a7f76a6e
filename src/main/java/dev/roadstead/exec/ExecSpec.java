package dev.roadstead.exec;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A process to start in a running container.
 *
 * @param user name or number; null: the container's
 * @param columns width of the terminal; only with {@code tty}
 * @param rows height of the terminal; only with {@code tty}
 * @param inputLength bytes of input that will be written before that is closed; null: not known beforehand. An engine without a way to
 *     close an input may need to know
 */
public record ExecSpec(
        List<String> command,
        Map<String, String> env,
        @Nullable String user,
        @Nullable String workingDir,
        boolean tty,
        @Nullable Integer columns,
        @Nullable Integer rows,
        @Nullable Integer inputLength) {
    public ExecSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    /** One whose input is not known beforehand. */
    public ExecSpec(
            List<String> command,
            Map<String, String> env,
            @Nullable String user,
            @Nullable String workingDir,
            boolean tty,
            @Nullable Integer columns,
            @Nullable Integer rows) {
        this(command, env, user, workingDir, tty, columns, rows, null);
    }

    /** The same with so many bytes of input, and no more. */
    public ExecSpec withInput(int length) {
        return new ExecSpec(command, env, user, workingDir, tty, columns, rows, length);
    }
}
