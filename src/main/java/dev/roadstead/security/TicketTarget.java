package dev.roadstead.security;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Writes what a ticket is good for, path and query, in one way: percent-encoding and the order of differently named parameters do not
 * matter, everything else does.
 */
public final class TicketTarget {
    private TicketTarget() {}

    /**
     * The one way to write a target.
     *
     * @param text path and query, as in a request
     * @throws IllegalArgumentException if it is none
     */
    public static String of(String text) {
        try {
            URI uri = new URI(text);
            if (uri.getScheme() != null || uri.getRawAuthority() != null || uri.getRawFragment() != null) {
                throw new IllegalArgumentException("a path and a query, without host and fragment");
            }
            return of(uri);
        } catch (URISyntaxException unreadable) {
            throw new IllegalArgumentException("a path and a query, percent-encoded", unreadable);
        }
    }

    /** The one way to write the target of a request. */
    static String of(URI uri) {
        String path = Arrays.stream(uri.getRawPath().split("/", -1))
                .map(segment -> encoded(decodedSegment(segment)))
                .collect(Collectors.joining("/"));
        List<String> parameters = new ArrayList<>(parameters(uri.getRawQuery() == null ? "" : uri.getRawQuery()));
        if (parameters.isEmpty()) {
            return path;
        }
        // By name only: values of one name keep their order.
        parameters.sort((one, other) -> name(one).compareTo(name(other)));
        return parameters.stream().map(TicketTarget::recoded).collect(Collectors.joining("&", path + "?", ""));
    }

    /** Whether a target's query has a parameter of this name. */
    public static boolean has(String target, String name) {
        int query = target.indexOf('?');
        return query >= 0
                && parameters(target.substring(query + 1)).stream()
                        .anyMatch(parameter -> name(parameter).equals(name));
    }

    /** The parameters of a query as they stand there. */
    static List<String> parameters(String query) {
        return Arrays.stream(query.split("&")).filter(part -> !part.isEmpty()).toList();
    }

    /** A parameter's name. */
    static String name(String parameter) {
        int end = parameter.indexOf('=');
        return decoded(end < 0 ? parameter : parameter.substring(0, end));
    }

    /** A parameter's value; empty if it has none. */
    static String value(String parameter) {
        int end = parameter.indexOf('=');
        return end < 0 ? "" : decoded(parameter.substring(end + 1));
    }

    private static String recoded(String parameter) {
        return parameter.indexOf('=') < 0
                ? encoded(name(parameter))
                : encoded(name(parameter)) + "=" + encoded(value(parameter));
    }

    /** In a path a plus is a plus. */
    private static String decodedSegment(String text) {
        return decoded(text.replace("+", "%2B"));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            // It is refused further on; here it stands for itself.
            return text;
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
