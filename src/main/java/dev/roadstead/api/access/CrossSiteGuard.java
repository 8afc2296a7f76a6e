package dev.roadstead.api.access;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Refuses what another site makes a browser send: browsers add remembered Basic credentials to such requests too. Other clients send no
 * {@code Sec-Fetch-Site} and are not concerned.
 */
public final class CrossSiteGuard implements WebFilter {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<String> FOREIGN = Set.of("cross-site", "same-site");

    private final ProblemWriter writer;

    public CrossSiteGuard(ProblemWriter writer) {
        this.writer = writer;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String site = exchange.getRequest().getHeaders().getFirst("Sec-Fetch-Site");
        if (site == null
                || !FOREIGN.contains(site)
                || SAFE.contains(exchange.getRequest().getMethod())) {
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
}
