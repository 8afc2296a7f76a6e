package dev.roadstead.api.access;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/**
 * Refuses what another site makes a browser send: browsers add remembered Basic credentials to such requests too. Reading is left to the
 * browser, which shows no answer to another site's page, but for WebSockets: those it opens, and shows, to any.
 */
public final class CrossSiteGuard implements WebFilter {
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final ProblemWriter writer;
    private final Origins origins;
    private final PathPattern sockets;

    /**
     * Guards everything.
     *
     * @param origins those whose pages may open WebSockets
     * @param sockets pattern of the WebSockets' paths
     */
    public CrossSiteGuard(ProblemWriter writer, Origins origins, String sockets) {
        this.writer = writer;
        this.origins = origins;
        this.sockets = PathPatternParser.defaultInstance.parse(sockets);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        if (sockets.matches(exchange.getRequest().getPath().pathWithinApplication())) {
            return origins.isAllowed(headers) || !Origins.isForeign(headers)
                    ? chain.filter(exchange)
                    : refuse(exchange, "a page of another site may open no WebSocket here");
        }
        return SAFE.contains(exchange.getRequest().getMethod()) || !Origins.isForeign(headers)
                ? chain.filter(exchange)
                : refuse(exchange, "a page of another site may not change anything here");
    }

    private Mono<Void> refuse(ServerWebExchange exchange, String message) {
        return writer.write(
                exchange,
                new ProblemMapper.Answer(
                        ErrorKind.FORBIDDEN, "CROSS_SITE_REQUEST", message, Map.of("policy", "same_origin"), null));
    }
}
