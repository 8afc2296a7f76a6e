package dev.roadstead.api.event;

import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.container.Cuid;
import dev.roadstead.fleet.EventFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.util.MultiValueMap;

/** Reads which events are wanted, the same for every form. Pure. */
public final class EventParameters {
    private EventParameters() {}

    /**
     * The filter of a query: {@code engine}, {@code type}, {@code action}, {@code cuid}, each repeated or separated by commas.
     *
     * @throws ProblemException ({@code INVALID_CUID})
     */
    public static EventFilter filter(MultiValueMap<String, String> query) {
        return new EventFilter(
                words(query, "engine"),
                words(query, "type"),
                words(query, "action"),
                words(query, "cuid").stream().map(EventParameters::cuid).collect(Collectors.toSet()));
    }

    private static Set<String> words(MultiValueMap<String, String> query, String name) {
        return query.getOrDefault(name, List.of()).stream()
                .flatMap(value ->
                        Arrays.stream(Objects.requireNonNullElse(value, "").split(",", -1)))
                .filter(word -> !word.isBlank())
                .collect(Collectors.toSet());
    }

    private static Cuid cuid(String text) {
        if (!Cuid.isCuid(text)) {
            throw ProblemException.invalid(
                    "INVALID_CUID", "cuid", text, "cuid: %s (expected: c and a lower-case UUID)".formatted(text));
        }
        return new Cuid(text);
    }
}
