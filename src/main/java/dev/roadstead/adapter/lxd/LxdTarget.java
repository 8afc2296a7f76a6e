package dev.roadstead.adapter.lxd;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A path below {@code /1.0} and a query: percent-encoded. */
final class LxdTarget {
    private final StringBuilder path = new StringBuilder("/1.0");
    private final List<String> query = new ArrayList<>();

    private LxdTarget() {}

    /** Segments of a path. */
    static LxdTarget of(String... segments) {
        LxdTarget target = new LxdTarget();
        for (String segment : segments) {
            target.path.append('/').append(encode(segment));
        }
        return target;
    }

    /** An instance, or something below it. */
    static LxdTarget of(InstanceAddress instance, String... below) {
        LxdTarget target = of("instances", instance.name());
        for (String segment : below) {
            target.path.append('/').append(encode(segment));
        }
        return target.in(instance.project());
    }

    /** Adds the project; the default one goes without saying. */
    LxdTarget in(String project) {
        return project.equals(InstanceAddress.DEFAULT_PROJECT) ? this : with("project", project);
    }

    /** Adds a parameter; null leaves it out. */
    LxdTarget with(String name, @Nullable Object value) {
        if (value != null) {
            query.add(encode(name) + '=' + encode(value.toString()));
        }
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
