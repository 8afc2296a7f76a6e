package dev.roadstead.nativeaccess;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What of one engine's own API may be used. Denials win; if anything is allowed by name, nothing else is.
 *
 * @param profile what is allowed at most
 */
public record NativeRules(Profile profile, List<Rule> allow, List<Rule> deny) {
    /** Everything. */
    public static final NativeRules FULL = new NativeRules(Profile.FULL, List.of(), List.of());

    public NativeRules {
        allow = List.copyOf(allow);
        deny = List.copyOf(deny);
    }

    /** How much is allowed at most. */
    public enum Profile {
        FULL,
        /** {@code GET} and {@code HEAD}, and no connection is taken over. */
        READ_ONLY,
        NONE
    }

    /**
     * A method and a pattern of paths without the API's version, for instance {@code POST /containers/*}{@code /exec}.
     *
     * @param method {@code *}: any
     */
    public record Rule(String method, Pattern path) {
        private static final Pattern FORM = Pattern.compile("(\\*|[A-Z]+) (/\\S*)");

        /**
         * Reads one: in its path {@code *} stands for any part of one segment, {@code **} for any rest.
         *
         * @throws IllegalArgumentException if it is none
         */
        public static Rule parse(String text) {
            var parts = FORM.matcher(text);
            if (!parts.matches()) {
                throw new IllegalArgumentException(
                        "%s (expected: a method or *, a space and a path, as GET /containers/**)".formatted(text));
            }
            StringBuilder pattern = new StringBuilder();
            String path = parts.group(2);
            for (int at = 0; at < path.length(); at++) {
                if (path.startsWith("/**", at)) {
                    pattern.append("(?:/.*)?");
                    at += 2;
                } else if (path.startsWith("**", at)) {
                    pattern.append(".*");
                    at++;
                } else if (path.charAt(at) == '*') {
                    pattern.append("[^/]*");
                } else {
                    pattern.append(Pattern.quote(String.valueOf(path.charAt(at))));
                }
            }
            return new Rule(parts.group(1), Pattern.compile(pattern.toString(), Pattern.DOTALL));
        }

        private boolean speaksOf(String asked) {
            return method.equals("*") || method.equals(asked);
        }

        /** In whatever case the method is: there are servers that do not mind. */
        private boolean anyForm(String asked, NativePath at) {
            return speaksOf(asked.toUpperCase(Locale.ROOT))
                    && at.forms().stream().anyMatch(form -> path.matcher(form).matches());
        }

        private boolean everyForm(String asked, NativePath at) {
            return speaksOf(asked)
                    && at.forms().stream().allMatch(form -> path.matcher(form).matches());
        }
    }

    /** Whether there is nothing that they forbid. */
    public boolean isUnrestricted() {
        return profile == Profile.FULL && allow.isEmpty() && deny.isEmpty();
    }

    /** Fails with {@link NativeRefusal} ({@code NATIVE_DENIED}) unless it is allowed.
     *
     * @param takesOver whether the request takes its connection over
     */
    public void check(String method, NativePath path, boolean takesOver) {
        boolean reads = (method.equals("GET") || method.equals("HEAD")) && !takesOver;
        if (profile == Profile.NONE || (profile == Profile.READ_ONLY && !reads)) {
            throw denied(method, path, "the profile " + profile.name().toLowerCase(Locale.ROOT));
        }
        if (deny.stream().anyMatch(rule -> rule.anyForm(method, path))) {
            throw denied(method, path, "a rule that denies it");
        }
        if (!allow.isEmpty() && allow.stream().noneMatch(rule -> rule.everyForm(method, path))) {
            throw denied(method, path, "no rule that allows it");
        }
    }

    private static NativeRefusal denied(String method, NativePath path, String why) {
        return new NativeRefusal(
                NativeRefusal.Kind.FORBIDDEN,
                "NATIVE_DENIED",
                "%s %s is not allowed on this engine: %s"
                        .formatted(method, path.forms().getFirst(), why),
                Map.of("method", method, "path", path.forms().getFirst()));
    }
}
