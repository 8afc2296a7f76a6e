package dev.roadstead.adapter.kleened;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A path and a query: percent-encoded, slashes within a segment too. No segment is empty: the daemon takes the empty text for the
 * beginning of every id, and would choose any object.
 */
final class KleenedTarget {
    private final StringBuilder path = new StringBuilder();
    private final List<String> query = new ArrayList<>();

    private KleenedTarget() {}

    /** Segments of a path.
     *
     * @throws IllegalArgumentException if one is empty
     */
    static KleenedTarget of(String... segments) {
        KleenedTarget target = new KleenedTarget();
        for (String segment : segments) {
            if (segment.isBlank()) {
                throw new IllegalArgumentException("an empty reference is never sent");
            }
            target.path.append('/').append(encode(segment));
        }
        return target;
    }

    /** Adds a parameter. */
    KleenedTarget with(String name, Object value) {
        query.add(encode(name) + '=' + encode(value.toString()));
        return this;
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
