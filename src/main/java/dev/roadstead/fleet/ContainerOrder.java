package dev.roadstead.fleet;

import dev.roadstead.container.Cuid;
import dev.roadstead.engine.EngineException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An order of containers in which each has one place: a key, then the cuid. So a page that begins behind a place neither repeats nor
 * loses what was there all the time, whatever comes and goes meanwhile.
 */
public enum ContainerOrder {
    NEWEST_FIRST("-created_at", true),
    OLDEST_FIRST("created_at", false),
    BY_NAME("name", false),
    BY_NAME_DESCENDING("-name", true),
    BY_ENGINE("engine", false),
    BY_STATUS("status", false);

    private final String word;
    private final boolean descending;

    ContainerOrder(String word, boolean descending) {
        this.word = word;
        this.descending = descending;
    }

    /** The word in the API. */
    public String word() {
        return word;
    }

    /** The order of that word, if there is one. */
    public static Optional<ContainerOrder> of(String word) {
        return Arrays.stream(values()).filter(order -> order.word.equals(word)).findFirst();
    }

    /** A container's place. */
    record Place(String key, Cuid cuid) {}

    Place place(Located located) {
        String key = switch (this) {
            case NEWEST_FIRST, OLDEST_FIRST -> creation(located);
            case BY_NAME, BY_NAME_DESCENDING -> located.container().name();
            case BY_ENGINE -> located.engine().name().value();
            case BY_STATUS -> located.container().state().status().word();
        };
        return new Place(key, located.cuid());
    }

    Comparator<Place> comparator() {
        Comparator<String> byKey = descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
        return Comparator.comparing(Place::key, byKey)
                .thenComparing(place -> place.cuid().value());
    }

    /**
     * A place as an opaque text.
     *
     * @param question the filter it belongs to: a cursor of another question is refused
     */
    String cursor(Place last, ContainerFilter question) {
        String plain = fingerprint(question) + "\n" + last.cuid().value() + "\n" + last.key();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    /** The place a cursor names; fails with InvalidRequest ({@code INVALID_CURSOR}) if it is none of this question's. */
    Place place(String cursor, ContainerFilter question) {
        try {
            String plain = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            String[] parts = plain.split("\n", 3);
            if (parts.length == 3 && parts[0].equals(fingerprint(question)) && Cuid.isCuid(parts[1])) {
                return new Place(parts[2], new Cuid(parts[1]));
            }
        } catch (IllegalArgumentException notBase64) {
            throw invalid(cursor, notBase64);
        }
        throw invalid(cursor, null);
    }

    private static EngineException invalid(String cursor, @Nullable Throwable cause) {
        EngineException failure = new EngineException.InvalidRequest(
                "INVALID_CURSOR",
                "cursor: not one of this list with these filters and this order",
                new EngineException.Evidence(null, null, null, Map.of("field", "cursor", "provided", cursor)));
        if (cause != null) {
            failure.addSuppressed(cause);
        }
        return failure;
    }

    // Sets have no order: sort them, so that every replica and every start agrees.
    private String fingerprint(ContainerFilter question) {
        String plain = String.join(
                "\u0000",
                word,
                question.engines().stream().sorted().toList().toString(),
                question.kinds().stream().sorted().toList().toString(),
                question.statuses().stream().sorted().toList().toString(),
                question.tags().stream().sorted().toList().toString(),
                question.labels().stream().sorted().toList().toString(),
                String.valueOf(question.name()),
                String.valueOf(question.managed()));
        return HexFormat.of().toHexDigits(plain.hashCode());
    }

    private static String creation(Located located) {
        Instant created = Optional.ofNullable(located.container().createdAt()).orElse(Instant.EPOCH);
        // Fixed width, so that texts sort as times do; engines' clocks are after 1970.
        return String.format(Locale.ROOT, "%012d%09d", Math.max(0, created.getEpochSecond()), created.getNano());
    }
}
