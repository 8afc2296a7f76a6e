package dev.roadstead.api;

import dev.roadstead.api.problem.ProblemException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks IPv4 addresses of requests before an engine is asked. Pure. */
public final class Addresses {
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern IPV4 = Pattern.compile("(?:%1$s\\.){3}%1$s".formatted(OCTET));
    private static final Pattern SUBNET = Pattern.compile("(?:%1$s\\.){3}%1$s/(?:3[0-2]|[12]?[0-9])".formatted(OCTET));

    private Addresses() {}

    /** An address such as 10.5.0.10; null for null. */
    public static @Nullable String ipv4(String field, @Nullable String text) {
        return matching(field, text, IPV4, "an IPv4 address");
    }

    /** A subnet such as 10.5.0.0/24; null for null. */
    public static @Nullable String subnet(String field, @Nullable String text) {
        return matching(field, text, SUBNET, "an IPv4 subnet such as 10.5.0.0/24");
    }

    private static @Nullable String matching(String field, @Nullable String text, Pattern form, String expected) {
        if (text != null && !form.matcher(text).matches()) {
            throw ProblemException.invalid(
                    "INVALID_"
                            + field.replaceAll("\\[[0-9]+]", "")
                                    .replace('.', '_')
                                    .toUpperCase(Locale.ROOT),
                    field,
                    text,
                    "%s: %s (expected: %s)".formatted(field, text, expected));
        }
        return text;
    }
}
