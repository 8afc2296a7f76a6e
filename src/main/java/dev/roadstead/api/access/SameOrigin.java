package dev.roadstead.api.access;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Whether a browser sends a request for a page of another site. Browsers tell where a request comes from by {@code Sec-Fetch-Site}
 * (https and localhost only) and by {@code Origin}; other clients send neither and are not concerned.
 */
public final class SameOrigin {
    private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");
    private static final Pattern PORT = Pattern.compile(":\\d+$");

    private SameOrigin() {}

    /** Tells whether these headers come from a page of another site. */
    public static boolean isForeign(HttpHeaders headers) {
        String site = headers.getFirst("Sec-Fetch-Site");
        if (site != null && FOREIGN.contains(site)) {
            return true;
        }
        // Behind a proxy that rewrites Host only this word of the browser holds; no page can set it.
        if ("same-origin".equals(site)) {
            return false;
        }
        String origin = headers.getFirst(HttpHeaders.ORIGIN);
        return origin != null && !isSame(origin, headers.getFirst(HttpHeaders.HOST));
    }

    /** Without regard to the scheme: a proxy in front may have taken TLS off. {@code null} is the origin of a page that hides its own. */
    private static boolean isSame(String origin, @Nullable String host) {
        int end = origin.indexOf("://");
        if (end < 0 || host == null) {
            return false;
        }
        String port = origin.startsWith("https:") ? ":443" : ":80";
        return withPort(origin.substring(end + 3), port).equals(withPort(host, port));
    }

    private static String withPort(String authority, String otherwise) {
        String lower = authority.toLowerCase(Locale.ROOT);
        return PORT.matcher(lower).find() ? lower : lower + otherwise;
    }
}
