package dev.roadstead.adapter.simulated;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Reads the part of the POSIX shell language that demonstrations and tests need: lists, {@code && ||}, {@code while until for if},
 * quotes, and redirections of outputs. No pipes, no jobs, no functions.
 */
final class ShellParser {
    private static final Set<String> CLOSERS = Set.of("do", "done", "then", "else", "elif", "fi");
    private static final String END = "";

    private final String script;
    private final List<String> tokens = new ArrayList<>();
    private int at;

    /** A script that cannot be read. */
    static final class SyntaxError extends Exception {
        private static final long serialVersionUID = 1L;

        SyntaxError(String token) {
            super("syntax error: unexpected \"%s\"".formatted(token.isEmpty() ? "end of script" : token));
        }
    }

    private ShellParser(String script) {
        this.script = script;
    }

    static ShellNode parse(String script) throws SyntaxError {
        ShellParser parser = new ShellParser(script);
        parser.split();
        ShellNode whole = parser.list();
        if (!parser.peek().equals(END)) {
            throw new SyntaxError(parser.peek());
        }
        return whole;
    }

    private void split() throws SyntaxError {
        int i = 0;
        while (i < script.length()) {
            char c = script.charAt(i);
            if (c == '\n' || c == ';') {
                tokens.add(";");
                i++;
            } else if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '#') {
                int end = script.indexOf('\n', i);
                i = end < 0 ? script.length() : end;
            } else if (script.startsWith("&&", i) || script.startsWith("||", i)) {
                tokens.add(script.substring(i, i + 2));
                i += 2;
            } else if (c == '&' || c == '|' || c == '(' || c == ')') {
                throw new SyntaxError(String.valueOf(c));
            } else {
                int end = redirectEnd(i);
                if (end < 0) {
                    end = wordEnd(i);
                }
                tokens.add(script.substring(i, end));
                i = end;
            }
        }
    }

    /** The end of a redirection operator beginning here; -1 if there is none. */
    private int redirectEnd(int start) {
        int i = start;
        if (script.charAt(i) == '1' || script.charAt(i) == '2') {
            i++;
        }
        if (i >= script.length() || script.charAt(i) != '>') {
            return -1;
        }
        i++;
        return i < script.length() && (script.charAt(i) == '>' || script.charAt(i) == '&') ? i + 1 : i;
    }

    private int wordEnd(int start) throws SyntaxError {
        int i = start;
        while (i < script.length()) {
            char c = script.charAt(i);
            if (Character.isWhitespace(c) || ";&|()>".indexOf(c) >= 0) {
                break;
            }
            if (c == '\\') {
                i++;
            } else if (c == '\'' || c == '"') {
                i = quoteEnd(i, c);
            }
            i++;
        }
        return Math.min(i, script.length());
    }

    private int quoteEnd(int start, char quote) throws SyntaxError {
        for (int i = start + 1; i < script.length(); i++) {
            if (script.charAt(i) == quote) {
                return i;
            }
            if (quote == '"' && script.charAt(i) == '\\') {
                i++;
            }
        }
        throw new SyntaxError(END);
    }

    private ShellNode list() throws SyntaxError {
        List<ShellNode> steps = new ArrayList<>();
        while (true) {
            while (peek().equals(";")) {
                at++;
            }
            if (peek().equals(END) || CLOSERS.contains(peek())) {
                return steps.size() == 1 ? steps.getFirst() : new ShellNode.Sequence(List.copyOf(steps));
            }
            steps.add(chain());
        }
    }

    private ShellNode chain() throws SyntaxError {
        ShellNode left = statement();
        while (peek().equals("&&") || peek().equals("||")) {
            boolean onSuccess = next().equals("&&");
            while (peek().equals(";")) {
                at++;
            }
            left = new ShellNode.Chain(left, onSuccess, statement());
        }
        return left;
    }

    private ShellNode statement() throws SyntaxError {
        return switch (peek()) {
            case "while", "until" -> loop();
            case "for" -> forEach();
            case "if" -> choice();
            default -> command();
        };
    }

    private ShellNode loop() throws SyntaxError {
        boolean negated = next().equals("until");
        ShellNode condition = list();
        expect("do");
        ShellNode body = list();
        expect("done");
        return new ShellNode.Loop(condition, negated, body);
    }

    private ShellNode forEach() throws SyntaxError {
        expect("for");
        String variable = next();
        expect("in");
        List<String> words = new ArrayList<>();
        while (!peek().equals(";") && !peek().equals(END)) {
            words.add(next());
        }
        expect(";");
        expect("do");
        ShellNode body = list();
        expect("done");
        return new ShellNode.ForEach(variable, List.copyOf(words), body);
    }

    private ShellNode choice() throws SyntaxError {
        at++;
        ShellNode condition = list();
        expect("then");
        ShellNode then = list();
        if (peek().equals("elif")) {
            return new ShellNode.Choice(condition, then, choice());
        }
        ShellNode otherwise = null;
        if (peek().equals("else")) {
            at++;
            otherwise = list();
        }
        expect("fi");
        return new ShellNode.Choice(condition, then, otherwise);
    }

    private ShellNode command() throws SyntaxError {
        List<String> words = new ArrayList<>();
        List<ShellNode.Redirect> redirects = new ArrayList<>();
        while (!Set.of(END, ";", "&&", "||").contains(peek())) {
            String token = next();
            if (token.matches("[12]?>[>&]?")) {
                int from = token.startsWith("2") ? 2 : 1;
                String to = next();
                redirects.add(new ShellNode.Redirect(from, token.endsWith(">>"), token.endsWith("&") ? "&" + to : to));
            } else {
                words.add(token);
            }
        }
        if (words.isEmpty() && redirects.isEmpty()) {
            throw new SyntaxError(peek());
        }
        return new ShellNode.Command(List.copyOf(words), List.copyOf(redirects));
    }

    private String peek() {
        return at < tokens.size() ? tokens.get(at) : END;
    }

    private String next() throws SyntaxError {
        if (at >= tokens.size()) {
            throw new SyntaxError(END);
        }
        return tokens.get(at++);
    }

    private void expect(String token) throws SyntaxError {
        String found = next();
        if (!found.equals(token)) {
            throw new SyntaxError(found);
        }
    }
}
