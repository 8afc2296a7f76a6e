package dev.roadstead.adapter.lxd;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Labels and times as the daemon keeps them. Pure. */
final class ConfigKeys {
    /** What users may put into any configuration stands under names that begin so. */
    static final String USER = "user.";

    private ConfigKeys() {}

    /** The labels in a configuration. */
    static Map<String, String> labels(@Nullable Map<String, @Nullable String> config) {
        Map<String, String> told = new LinkedHashMap<>();
        if (config != null) {
            config.forEach((key, value) -> {
                if (value != null) {
                    told.put(key, value);
                }
            });
        }
        return LxdMapping.labels(told);
    }

    /** All but labels and what the daemon notes for itself. */
    static Map<String, String> options(@Nullable Map<String, @Nullable String> config) {
        Map<String, String> options = new LinkedHashMap<>();
        if (config != null) {
            config.forEach((key, value) -> {
                if (!key.startsWith(USER) && !key.startsWith("volatile.") && value != null) {
                    options.put(key, value);
                }
            });
        }
        return options;
    }

    /** A time; null where the daemon tells none, be it by leaving it out or by the zero of its language. */
    static @Nullable Instant time(@Nullable String text) {
        if (text == null || text.startsWith("0001-") || text.startsWith("1970-01-01T00:00:00Z")) {
            return null;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }
}
