package dev.roadstead.api.terminal;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.exec.ExecSpec;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/**
 * What a client wants of a container's terminal.
 *
 * @param size null if the client told none
 * @param command empty: a shell
 * @param user null: the container's
 */
record TerminalRequest(
        Mode mode,
        @Nullable Size size,
        boolean tty,
        List<String> command,
        @Nullable String user) {
    /** A terminal's size is two unsigned shorts (ioctl_tty(2), TIOCSWINSZ). */
    private static final int LARGEST_SIZE = 65_535;

    /** The shell that users know, where there is one. */
    private static final List<String> SHELL =
            List.of("sh", "-c", "if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi");

    /** What is at the other end. */
    enum Mode {
        /** The log, until the first input turns it into a shell. */
        AUTO,
        SHELL,
        /** The main process. */
        ATTACH,
        LOGS;

        static Mode of(@Nullable String word) {
            if (word == null) {
                return AUTO;
            }
            for (Mode mode : values()) {
                if (mode.name().toLowerCase(Locale.ROOT).equals(word)) {
                    return mode;
                }
            }
            throw ProblemException.invalid(
                    "INVALID_MODE", "mode", word, "mode: %s (expected: auto, shell, attach or logs)".formatted(word));
        }
    }

    TerminalRequest {
        command = List.copyOf(command);
    }

    static TerminalRequest of(MultiValueMap<String, String> query) {
        Mode mode = Mode.of(query.getFirst("mode"));
        Size size = size(number(query, "cols"), number(query, "rows"));
        List<String> command = command(query.getOrDefault("command", List.of()));
        String user = query.getFirst("user");
        if (user != null && user.isBlank()) {
            throw ProblemException.invalid("INVALID_USER", "user", user, "user: empty (expected: a name or a number)");
        }
        if (mode == Mode.ATTACH || mode == Mode.LOGS) {
            refuse(mode, "command", command.isEmpty() ? null : command);
            refuse(mode, "user", user);
        }
        String tty = query.getFirst("tty");
        return new TerminalRequest(mode, size, tty == null ? size != null : bool(tty), command, user);
    }

    /** The process of a shell, with a terminal of this size. */
    ExecSpec spec(@Nullable Size last) {
        return new ExecSpec(
                command.isEmpty() ? SHELL : command,
                Map.of(),
                user,
                null,
                tty,
                tty && last != null ? last.columns() : null,
                tty && last != null ? last.rows() : null);
    }

    private static void refuse(Mode mode, String field, @Nullable Object value) {
        if (value != null) {
            throw ProblemException.invalid(
                    "INVALID_" + field.toUpperCase(Locale.ROOT),
                    field,
                    String.valueOf(value),
                    "%s: only a shell has one, mode=%s starts none"
                            .formatted(field, mode.name().toLowerCase(Locale.ROOT)));
        }
    }

    private static List<String> command(List<String> given) {
        if (given.isEmpty()) {
            return given;
        }
        if (given.getFirst() == null || given.getFirst().isEmpty()) {
            throw ProblemException.invalid(
                    "INVALID_COMMAND", "command", given.getFirst(), "command: empty (expected: a program)");
        }
        return given.size() == 1 ? List.of("sh", "-c", given.getFirst()) : given;
    }

    private static @Nullable Size size(@Nullable Integer columns, @Nullable Integer rows) {
        if (columns == null && rows == null) {
            return null;
        }
        if (columns == null || rows == null) {
            String missing = columns == null ? "cols" : "rows";
            throw ProblemException.invalid(
                    "MISSING_" + missing.toUpperCase(Locale.ROOT),
                    missing,
                    null,
                    "%s is required: a size has cols and rows".formatted(missing));
        }
        return new Size(columns, rows);
    }

    private static @Nullable Integer number(MultiValueMap<String, String> query, String field) {
        String text = query.getFirst(field);
        if (text == null) {
            return null;
        }
        if (text.matches("[0-9]{1,5}")) {
            int value = Integer.parseInt(text);
            if (value >= 1 && value <= LARGEST_SIZE) {
                return value;
            }
        }
        throw ProblemException.invalid(
                "INVALID_" + field.toUpperCase(Locale.ROOT),
                field,
                text,
                "%s: %s (expected: a whole number from 1 to %d)".formatted(field, text, LARGEST_SIZE));
    }

    private static boolean bool(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw ProblemException.invalid(
                        "INVALID_TTY", "tty", text, "tty: %s (expected: true or false)".formatted(text));
        };
    }
}
