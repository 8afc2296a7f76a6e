package dev.roadstead.adapter.daemon;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path of the API without its version, and a query: percent-encoded. */
public final class Target {
    private final StringBuilder path = new StringBuilder();
    private final List<String> query = new ArrayList<>();

    private Target() {}

    /** Segments of a path; slashes within a segment stay (image references have them). */
    public static Target of(String... segments) {
        Target target = new Target();
        for (String segment : segments) {
            target.path.append('/').append(encode(segment).replace("%2F", "/").replace("%3A", ":"));
        }
        return target;
    }

    /** Adds a parameter; null leaves it out. */
    public Target with(String name, @Nullable Object value) {
        if (value != null) {
            query.add(encode(name) + '=' + encode(value.toString()));
        }
        return this;
    }

    /** Adds a flag, as Docker reads them. */
    public Target flag(String name, boolean value) {
        return with(name, value ? "1" : "0");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The text for the request line. */
    @Override
    public String toString() {
        return query.isEmpty() ? path.toString() : path + "?" + String.join("&", query);
    }
}
