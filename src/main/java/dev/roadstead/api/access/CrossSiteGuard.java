package dev.roadstead.api.access;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses what another site makes a browser send: browsers add remembered Basic credentials to such requests too. They tell where a
 * request comes from by {@code Sec-Fetch-Site} (https and localhost only) and by {@code Origin}; other clients send neither and are not
 * concerned.
 */
public final class CrossSiteGuard implements WebFilter {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");

    private static final Pattern PORT = Pattern.compile(":\\d+$");

    private final ProblemWriter writer;

    public CrossSiteGuard(ProblemWriter writer) {
        this.writer = writer;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (SAFE.contains(exchange.getRequest().getMethod())
                || !isForeign(exchange.getRequest().getHeaders())) {
            return chain.filter(exchange);
        }
        return writer.write(
                exchange,
                new ProblemMapper.Answer(
                        ErrorKind.FORBIDDEN,
                        "CROSS_SITE_REQUEST",
                        "a page of another site may not change anything here",
                        Map.of("policy", "same_origin"),
                        null));
    }

    private static boolean isForeign(HttpHeaders headers) {
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
