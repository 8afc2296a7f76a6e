package dev.roadstead.adapter.lxd;

import dev.roadstead.container.ContainerId;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** URLs of what refers to a thing: {@code /1.0/instances/web?project=shop}, {@code /1.0/profiles/default}. Pure. */
final class UsedBy {
    private static final String PROJECT = "project=";

    private UsedBy() {}

    /** The instances among them. */
    static List<ContainerId> instances(@Nullable List<String> urls) {
        return urls == null
                ? List.of()
                : urls.stream()
                        .map(UsedBy::instance)
                        .filter(Objects::nonNull)
                        .distinct()
                        .toList();
    }

    private static @Nullable ContainerId instance(String url) {
        try {
            URI parsed = URI.create(url);
            String[] segments = parsed.getRawPath().split("/", -1);
            // A snapshot stands below its instance.
            if (segments.length < 4 || !(segments[2].equals("instances") || segments[2].equals("containers"))) {
                return null;
            }
            return InstanceAddress.of(project(parsed.getRawQuery()), decoded(segments[3]))
                    .id();
        } catch (IllegalArgumentException unreadable) {
            return null;
        }
    }

    private static @Nullable String project(@Nullable String query) {
        if (query != null) {
            for (String parameter : query.split("&", -1)) {
                if (parameter.startsWith(PROJECT)) {
                    return decoded(parameter.substring(PROJECT.length()));
                }
            }
        }
        return null;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
