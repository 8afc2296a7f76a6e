package dev.roadstead.api.access;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * Tells from which site's page a browser sends a request: by {@code Sec-Fetch-Site} (https and localhost only) and by {@code Origin}.
 * Other clients send neither and are of no site.
 */
public final class Origins {
    private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");
    private static final Pattern PORT = Pattern.compile(":\\d+$");

    private final Set<String> allowed;

    /**
     * Knows these.
     *
     * @param allowed other sites' that are as good as the own, e.g. {@code https://console.example.com}
     */
    public Origins(List<String> allowed) {
        this.allowed = allowed.stream().map(Origins::whole).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether another site's page sends it, be it an allowed one or not. */
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

    /** Whether a page of an allowed site sends it. */
    public boolean isAllowed(HttpHeaders headers) {
        List<String> origins = headers.getOrEmpty(HttpHeaders.ORIGIN);
        return origins.size() == 1 && allowed.contains(whole(origins.getFirst()));
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

    /** With its port, also where that goes without saying. */
    private static String whole(String origin) {
        return origin.startsWith("https:")
                ? withPort(origin, ":443")
                : origin.startsWith("http:") ? withPort(origin, ":80") : origin.toLowerCase(Locale.ROOT);
    }

    private static String withPort(String authority, String otherwise) {
        String lower = authority.toLowerCase(Locale.ROOT);
        return PORT.matcher(lower).find() ? lower : lower + otherwise;
    }
}
