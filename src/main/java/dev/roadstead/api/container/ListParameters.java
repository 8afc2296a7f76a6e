package dev.roadstead.api.container;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.ContainerStatus;
import dev.roadstead.engine.EngineKind;
import dev.roadstead.fleet.ContainerFilter;
import dev.roadstead.fleet.ContainerOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;

/** Reads the parameters of a list. Pure. */
final class ListParameters {
    private ListParameters() {}

    static ContainerFilter filter(MultiValueMap<String, String> query) {
        return new ContainerFilter(
                Set.copyOf(words(query, "engine")),
                choices(query, "kind", EngineKind.values(), EngineKind::word),
                choices(query, "status", ContainerStatus.values(), ContainerStatus::word),
                // Not split at commas: a tag or a label's value may hold one.
                values(query, "tag"),
                values(query, "label"),
                query.getFirst("name"),
                managed(query.containsKey("managed") ? String.valueOf(query.getFirst("managed")) : null));
    }

    static ContainerOrder order(@Nullable String word) {
        return word == null
                ? ContainerOrder.NEWEST_FIRST
                : ContainerOrder.of(word)
                        .orElseThrow(() -> invalid(
                                "sort",
                                word,
                                Arrays.stream(ContainerOrder.values())
                                        .map(ContainerOrder::word)
                                        .collect(Collectors.joining(", "))));
    }

    /** A parameter without a value counts as an empty one. */
    private static List<String> values(MultiValueMap<String, String> query, String name) {
        return query.getOrDefault(name, List.of()).stream()
                .map(value -> Objects.requireNonNullElse(value, ""))
                .toList();
    }

    private static List<String> words(MultiValueMap<String, String> query, String name) {
        return values(query, name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .filter(word -> !word.isBlank())
                .distinct()
                .toList();
    }

    private static <T> Set<T> choices(
            MultiValueMap<String, String> query, String name, T[] all, Function<T, String> word) {
        Set<T> chosen = new HashSet<>();
        for (String wanted : words(query, name)) {
            chosen.add(Arrays.stream(all)
                    .filter(candidate -> word.apply(candidate).equals(wanted))
                    .findFirst()
                    .orElseThrow(() ->
                            invalid(name, wanted, Arrays.stream(all).map(word).collect(Collectors.joining(", ")))));
        }
        return chosen;
    }

    private static @Nullable Boolean managed(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid("managed", text, "true, false");
        };
    }

    private static ProblemException invalid(String name, String provided, String expected) {
        return ProblemException.invalid(
                "INVALID_" + name.toUpperCase(Locale.ROOT),
                name,
                provided,
                "%s: %s (expected: one of %s)".formatted(name, provided, expected));
    }
}
