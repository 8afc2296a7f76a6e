package dev.roadstead.api.exec;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.roadstead.api.FieldChecks;
import dev.roadstead.exec.ExecSpec;
import io.swagger.v3.oas.annotations.media.Schema;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A process to run. */
@Schema(description = "A process to run in a container.")
public record ExecRequest(
        @Schema(
                description = "The program and its arguments. A single text is taken too: sh -c runs it.",
                example = "[\"ls\",\"-l\",\"/tmp\"]",
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        CommandBody command,

        @Schema(description = "Environment variables, beside the container's own.", example = "{\"MODE\":\"test\"}")
        @Nullable
        Map<String, String> env,

        @Schema(description = "The user it runs as: name or number, also with a group.", example = "1000:1000")
        @Nullable
        String user,

        @Schema(description = "The folder it starts in.", example = "/srv") @Nullable
        String workingDir,

        @Schema(description = "What it reads; closed behind it.") @Nullable
        StdinBody stdin,

        @Schema(
                description = "Whether it has a terminal; then stderr comes with stdout. False if not given.",
                example = "false")
        @Nullable
        Boolean tty,

        @Schema(description = "Seconds until it is ended; without it there is no bound.", example = "30") @Nullable
        BigDecimal timeout) {

    /** A command line. */
    public record CommandBody(List<String> arguments) {
        /** Reads a list, or a line for the shell. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public static CommandBody of(Object given) {
            return switch (given) {
                case String line -> new CommandBody(List.of("sh", "-c", line));
                case List<?> list -> new CommandBody(arguments(list));
                default -> throw new IllegalArgumentException("expected: a list of texts, or a text");
            };
        }

        private static List<String> arguments(List<?> given) {
            List<String> arguments = new ArrayList<>();
            for (Object argument : given) {
                if (!(argument instanceof String text)) {
                    throw new IllegalArgumentException("expected: a list of texts, or a text");
                }
                arguments.add(text);
            }
            return arguments;
        }

        /** The list. */
        @JsonValue
        public List<String> list() {
            return arguments;
        }
    }

    /** Bytes. */
    @Schema(
            name = "Stdin",
            types = {"object", "string"},
            description = "What a process reads: a text, or an object that says how it is encoded.")
    public record StdinBody(
            @Schema(description = "The text, or what it is encoded to.", example = "aGVsbG8K") @Nullable
            String data,

            @Schema(
                    description = "How; utf8 if not given.",
                    example = "base64",
                    allowableValues = {"utf8", "base64"})
            @Nullable
            String encoding) {
        @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
        public StdinBody {}

        /** Reads a plain text. */
        @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
        public static StdinBody plain(String text) {
            return new StdinBody(text, null);
        }

        byte[] bytes() {
            String text = FieldChecks.present("stdin.data", data);
            if (encoding == null || encoding.equals("utf8")) {
                return text.getBytes(StandardCharsets.UTF_8);
            }
            if (!encoding.equals("base64")) {
                throw FieldChecks.invalid("stdin.encoding", encoding, "expected: utf8 or base64");
            }
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException notBase64) {
                throw FieldChecks.caused(FieldChecks.invalid("stdin.data", text, "expected: base64"), notBase64);
            }
        }
    }

    ExecSpec spec() {
        List<String> arguments = FieldChecks.texts("command", command == null ? null : command.arguments());
        if (arguments.isEmpty() || arguments.getFirst().isEmpty()) {
            throw FieldChecks.missing("command");
        }
        return new ExecSpec(
                arguments,
                FieldChecks.env("env", env),
                FieldChecks.optional("user", user),
                FieldChecks.optional("working_dir", workingDir),
                Boolean.TRUE.equals(tty),
                null,
                null);
    }

    byte[] input() {
        return stdin == null ? new byte[0] : stdin.bytes();
    }
}
