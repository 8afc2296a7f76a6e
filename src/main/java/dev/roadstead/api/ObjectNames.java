package dev.roadstead.api;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.Labels;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks names and labels of volumes and networks before an engine is asked. Pure. */
public final class ObjectNames {
    private static final Pattern SAFE = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}");

    private ObjectNames() {}

    /** A name that is safe in every engine's paths. */
    public static String checked(String field, String name) {
        if (!SAFE.matcher(name).matches()) {
            throw ProblemException.invalid(
                    "INVALID_NAME",
                    field,
                    name,
                    "%s: expected letters, digits, and after the first also _ . -".formatted(field));
        }
        return name;
    }

    /** Labels without the gateway's own; empty for null. */
    public static Map<String, String> labels(@Nullable Map<String, String> labels) {
        if (labels == null) {
            return Map.of();
        }
        for (Map.Entry<String, String> label : labels.entrySet()) {
            if (Labels.isOwn(label.getKey())) {
                throw ProblemException.invalid(
                        "RESERVED_LABEL",
                        "labels",
                        label.getKey(),
                        "labels: %s is the gateway's own".formatted(label.getKey()));
            }
        }
        return strings("labels", labels);
    }

    /** Texts only; empty for null. */
    public static List<String> texts(String field, @Nullable List<String> list) {
        if (list == null) {
            return List.of();
        }
        for (String text : list) {
            if (text == null) {
                throw ProblemException.invalid(
                        "INVALID_" + field.toUpperCase(Locale.ROOT),
                        field,
                        null,
                        "%s: expected texts".formatted(field));
            }
        }
        return list;
    }

    /** Texts only; empty for null. */
    public static Map<String, String> strings(String field, @Nullable Map<String, String> map) {
        if (map == null) {
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value == null) {
                throw ProblemException.invalid(
                        "INVALID_" + field.toUpperCase(Locale.ROOT),
                        field + "." + key,
                        null,
                        "%s.%s: expected a text".formatted(field, key));
            }
            texts.put(key, value);
        });
        return texts;
    }
}
