package dev.roadstead.adapter.kleened.standin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The instructions of a Dockerfile, each as its line. */
record Dockerfile(List<Instruction> instructions) {
    private static final Set<String> KNOWN = Set.of("FROM", "ARG", "ENV", "USER", "WORKDIR", "COPY", "RUN", "CMD");
    private static final Pattern VARIABLE =
            Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}|\\$([A-Za-z_][A-Za-z0-9_]*)");

    /** One instruction: its first word, what follows, and the whole line. */
    record Instruction(String word, String rest, String line) {
        /** Name and value of ARG and ENV; quotes around a value do not count. */
        String[] variable() {
            String[] parts = rest.split(rest.contains("=") ? "=" : "\\s+", 2);
            String value = parts.length < 2 ? "" : parts[1];
            if (value.length() > 1 && value.startsWith("\"") && value.endsWith("\"")) {
                value = value.substring(1, value.length() - 1);
            }
            return new String[] {parts[0], value};
        }

        /** The words of RUN and CMD: a JSON array, or a line for the shell. */
        List<String> command() {
            JsonNode array = rest.startsWith("[")
                    ? JsonText.parse(rest.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    : null;
            if (array == null) {
                return List.of("/bin/sh", "-c", rest);
            }
            List<String> words = new ArrayList<>();
            array.forEach(word -> words.add(word.asString()));
            return words;
        }
    }

    static Dockerfile read(Path file, String shown) throws ImageCreation.Failed {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException missing) {
            throw new ImageCreation.Failed("Could not open Docker file %s: :enoent".formatted(shown));
        }
        List<Instruction> instructions = new ArrayList<>();
        StringBuilder joined = new StringBuilder();
        for (String line : lines) {
            if (line.isBlank() || line.strip().startsWith("#")) {
                continue;
            }
            if (line.endsWith("\\")) {
                joined.append(line, 0, line.length() - 1);
                continue;
            }
            instructions.add(instruction(joined.append(line).toString().strip()));
            joined.setLength(0);
        }
        for (Instruction instruction : instructions) {
            if (instruction.word().equals("FROM")) {
                break;
            }
            if (!instruction.word().equals("ARG")) {
                throw new ImageCreation.Failed(
                        "'%s' not permitted before a FROM instruction".formatted(instruction.line()));
            }
        }
        return new Dockerfile(instructions);
    }

    private static Instruction instruction(String line) throws ImageCreation.Failed {
        String[] parts = line.split("\\s+", 2);
        String word = parts[0].toUpperCase(Locale.ROOT);
        if (!KNOWN.contains(word) || parts.length < 2) {
            throw new ImageCreation.Failed("error in '%s': invalid instruction".formatted(line));
        }
        Instruction instruction = new Instruction(word, parts[1], line);
        if ((word.equals("ENV") || word.equals("ARG"))
                && !instruction.variable()[0].matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw new ImageCreation.Failed("ENV/ARG variable name is invalid on line: " + line);
        }
        return instruction;
    }

    static String expand(String text, Map<String, String> variables) {
        Matcher matcher = VARIABLE.matcher(text);
        return matcher.replaceAll(found -> Matcher.quoteReplacement(
                variables.getOrDefault(found.group(1) == null ? found.group(2) : found.group(1), "")));
    }
}
