package dev.roadstead.api.container;

import dev.roadstead.api.problem.ProblemException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Checks single fields of a request, naming the field that makes no sense. Pure. */
final class FieldChecks {
    private FieldChecks() {}

    static List<String> texts(String field, @Nullable List<String> list) {
        List<String> texts = orEmpty(list);
        for (int i = 0; i < texts.size(); i++) {
            text("%s[%d]".formatted(field, i), texts.get(i));
        }
        return texts;
    }

    static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    static <T> T present(String field, @Nullable T element) {
        if (element == null) {
            throw missing(field);
        }
        return element;
    }

    static void text(String field, @Nullable String value) {
        if (value == null || value.indexOf('\0') >= 0) {
            throw invalid(field, value, "expected: a text");
        }
    }

    static @Nullable String optional(String field, @Nullable String value) {
        if (value != null) {
            text(field, value);
        }
        return value;
    }

    static int inRange(String field, int value, int most) {
        if (value < 1 || value > most) {
            throw invalid(field, value, "expected: 1 to %d".formatted(most));
        }
        return value;
    }

    static <T> T oneOf(String field, String word, T[] all, Word<T> words) {
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

    interface Word<T> {
        String of(T value);
    }

    static ProblemException missing(String field) {
        return ProblemException.invalid("MISSING_" + code(field), field, null, "%s is required".formatted(field));
    }

    static ProblemException invalid(String field, @Nullable Object provided, String expected) {
        return ProblemException.invalid(
                "INVALID_" + code(field),
                field,
                provided,
                "%s: %s (%s)".formatted(field, shortened(provided), expected));
    }

    static ProblemException caused(ProblemException failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
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
