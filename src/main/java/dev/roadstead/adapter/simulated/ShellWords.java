package dev.roadstead.adapter.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Takes quotes off words and puts the values of variables in. */
final class ShellWords {
    private ShellWords() {}

    /** Expands words; an unquoted one that becomes empty vanishes. */
    static List<String> expand(List<String> words, UnaryOperator<String> variables) {
        List<String> expanded = new ArrayList<>();
        for (String word : words) {
            String text = expand(word, variables);
            if (!text.isEmpty() || word.contains("'") || word.contains("\"")) {
                expanded.add(text);
            }
        }
        return expanded;
    }

    /** Expands one word. */
    static String expand(String word, UnaryOperator<String> variables) {
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        int i = 0;
        while (i < word.length()) {
            char c = word.charAt(i);
            if (c == '\'' && !quoted) {
                int end = word.indexOf('\'', i + 1);
                text.append(word, i + 1, end);
                i = end + 1;
            } else if (c == '"') {
                quoted = !quoted;
                i++;
            } else if (c == '\\' && i + 1 < word.length()) {
                char escaped = word.charAt(i + 1);
                if (quoted && "\\\"$`".indexOf(escaped) < 0) {
                    text.append(c);
                }
                text.append(escaped);
                i += 2;
            } else if (c == '$' && i + 1 < word.length()) {
                i = variable(word, i + 1, variables, text);
            } else {
                text.append(c);
                i++;
            }
        }
        return text.toString();
    }

    private static int variable(String word, int start, UnaryOperator<String> variables, StringBuilder text) {
        char first = word.charAt(start);
        if (first == '{') {
            int end = word.indexOf('}', start);
            if (end > 0) {
                text.append(variables.apply(word.substring(start + 1, end)));
                return end + 1;
            }
        } else if (first == '?' || first == '$' || first == '#') {
            text.append(variables.apply(String.valueOf(first)));
            return start + 1;
        }
        int end = start;
        while (end < word.length() && (Character.isLetterOrDigit(word.charAt(end)) || word.charAt(end) == '_')) {
            end++;
        }
        text.append(end == start ? "$" : variables.apply(word.substring(start, end)));
        return end;
    }
}
