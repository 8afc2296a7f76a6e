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
 */
public record ExecSpec(
        List<String> command,
        Map<String, String> env,
        @Nullable String user,
        @Nullable String workingDir,
        boolean tty,
        @Nullable Integer columns,
        @Nullable Integer rows) {
    public ExecSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }
}
