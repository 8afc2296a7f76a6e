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

/** Refuses what another site makes a browser send: browsers add remembered Basic credentials to such requests too. */
public final class CrossSiteGuard implements WebFilter {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final ProblemWriter writer;

    public CrossSiteGuard(ProblemWriter writer) {
        this.writer = writer;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (SAFE.contains(exchange.getRequest().getMethod())
                || !SameOrigin.isForeign(exchange.getRequest().getHeaders())) {
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
