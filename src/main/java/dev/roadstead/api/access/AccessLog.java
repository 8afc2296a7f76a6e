package dev.roadstead.api.access;

import dev.roadstead.api.RequestIds;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatusCode;
import org.springframework.security.core.Authentication;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** One line for each request when it ends. Paths without their query: that may hold a ticket. */
public final class AccessLog implements WebFilter, Ordered {
    private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
    private static final String USER = AccessLog.class.getName() + ".user";

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }

    /** Notes who calls, once that is known. */
    public static void user(ServerWebExchange exchange, Authentication caller) {
        exchange.getAttributes().put(USER, caller.getName());
    }

    /** Who calls; null if that is not known. */
    static @Nullable String user(ServerWebExchange exchange) {
        return exchange.getAttribute(USER);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.defer(() -> {
            long begun = System.nanoTime();
            return chain.filter(exchange).doFinally(signal -> line(exchange, begun, signal));
        });
    }

    private static void line(ServerWebExchange exchange, long begun, SignalType signal) {
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        // The signal may come on a thread that knows nothing of the request.
        try (var _ = MDC.putCloseable(RequestIds.CONTEXT_KEY, RequestIds.of(exchange))) {
            LOG.info(
                    "{} {} {} {}ms user={}{}",
                    exchange.getRequest().getMethod(),
                    exchange.getRequest().getPath().pathWithinApplication().value(),
                    status == null ? 200 : status.value(),
                    (System.nanoTime() - begun) / 1_000_000,
                    exchange.getAttributeOrDefault(USER, "-"),
                    signal == SignalType.CANCEL ? " (client left)" : "");
        }
    }
}
