package dev.roadstead.adapter.daemon;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Single values as daemons write them. */
public final class Texts {
    private Texts() {}

    public static Map<String, String> strings(@Nullable Map<String, String> wire) {
        return wire == null ? Map.of() : wire;
    }

    public static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** RFC 3339; Go's zero time (year 1) and nonsense are null. */
    public static @Nullable Instant time(@Nullable String text) {
        if (text == null || text.isBlank() || text.startsWith("0001-")) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException nonsense) {
            return null;
        }
    }
}
