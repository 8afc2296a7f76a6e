package dev.roadstead.api;

import dev.roadstead.api.problem.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks single fields of a request, naming the field that makes no sense. Pure. */
public final class FieldChecks {
    private FieldChecks() {}

    /** Texts without NUL; none for null. */
    public static List<String> texts(String field, @Nullable List<String> list) {
        List<String> texts = orEmpty(list);
        for (int i = 0; i < texts.size(); i++) {
            text("%s[%d]".formatted(field, i), texts.get(i));
        }
        return texts;
    }

    /** The list, or an empty one. */
    public static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    /** Not null. */
    public static <T> T present(String field, @Nullable T element) {
        if (element == null) {
            throw missing(field);
        }
        return element;
    }

    /** A text without NUL. */
    public static void text(String field, @Nullable String value) {
        if (value == null || value.indexOf('\0') >= 0) {
            throw invalid(field, value, "expected: a text");
        }
    }

    /** A text without NUL, or null. */
    public static @Nullable String optional(String field, @Nullable String value) {
        if (value != null) {
            text(field, value);
        }
        return value;
    }

    /** From 1 to {@code most}. */
    public static int inRange(String field, int value, int most) {
        if (value < 1 || value > most) {
            throw invalid(field, value, "expected: 1 to %d".formatted(most));
        }
        return value;
    }

    /** The value that has this word, in whatever case. */
    public static <T> T oneOf(String field, String word, T[] all, Word<T> words) {
        List<T> candidates = List.of(all);
        Optional<T> found = candidates.stream()
                .filter(candidate -> words.of(candidate).equals(word.toLowerCase(Locale.ROOT)))
                .findFirst();
        return found.orElseThrow(() -> invalid(
                field,
                word,
                "expected: one of %s"
                        .formatted(candidates.stream().map(words::of).collect(Collectors.joining(", ")))));
    }

    /** How a value is named in the API. */
    public interface Word<T> {
        /** The word. */
        String of(T value);
    }

    /** The failure of a field that is not there. */
    public static ProblemException missing(String field) {
        return ProblemException.invalid("MISSING_" + code(field), field, null, "%s is required".formatted(field));
    }

    /** The failure of a field that makes no sense. */
    public static ProblemException invalid(String field, @Nullable Object provided, String expected) {
        return ProblemException.invalid(
                "INVALID_" + code(field),
                field,
                provided,
                "%s: %s (%s)".formatted(field, shortened(provided), expected));
    }

    /** The same failure with its cause. */
    public static ProblemException caused(ProblemException failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }

    /** Environment variables: names without =; none for null. */
    public static Map<String, String> env(String field, @Nullable Map<String, String> env) {
        if (env == null) {
            return Map.of();
        }
        env.forEach((key, value) -> {
            if (key.isEmpty() || key.indexOf('=') >= 0 || key.indexOf('\0') >= 0) {
                throw invalid(field, key, "expected: a name without =");
            }
            text("%s.%s".formatted(field, key), value);
        });
        return env;
    }

    private static String shortened(@Nullable Object provided) {
        String text = String.valueOf(provided);
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    /** A field's path as a word: {@code ports[0].host} is {@code PORTS_HOST}. */
    private static String code(String field) {
        return field.replaceAll("\\[[0-9]+]", "").replace('.', '_').toUpperCase(Locale.ROOT);
    }
}
