package dev.roadstead.api.access;

import dev.roadstead.api.RequestIds;
import dev.roadstead.api.document.OperationDocuments;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import dev.roadstead.audit.AuditEntry;
import dev.roadstead.audit.AuditLog;
import dev.roadstead.audit.AuditTrail;
import dev.roadstead.audit.AuditTrail.Subject;
import dev.roadstead.container.Cuid;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.HandlerMapping;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Writes the audit log: whatever may change something, opens a WebSocket or uses an engine's own API, and whatever is refused. Stands
 * before security, so that it sees the latter too.
 */
public final class AuditFilter implements WebFilter, Ordered {
    private static final String TARGET = AuditFilter.class.getName() + ".target";
    private static final int LONGEST_TARGET = 2_000;
    private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
    private static final Set<ErrorKind> REFUSALS =
            Set.of(ErrorKind.AUTH_ERROR, ErrorKind.FORBIDDEN, ErrorKind.RATE_LIMITED);

    private final AuditLog log;
    private final Clock clock;
    private final List<PathPattern> always;

    /** @param always patterns of paths of which every request is told, whatever its method */
    public AuditFilter(AuditLog log, Clock clock, List<String> always) {
        this.log = log;
        this.clock = clock;
        this.always =
                always.stream().map(PathPatternParser.defaultInstance::parse).toList();
    }

    /** Notes what an engine is asked in its own API.
     *
     * @param target a query in it is left out: there may be secrets in it
     */
    public static void target(ServerWebExchange exchange, String method, String target) {
        String whole = "%s %s".formatted(method, target.split("\\?", 2)[0]);
        exchange.getAttributes().put(TARGET, whole.substring(0, Math.min(whole.length(), LONGEST_TARGET)));
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 2;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return Mono.defer(() -> {
            Instant begun = clock.instant();
            long start = System.nanoTime();
            AuditTrail trail = new AuditTrail();
            return chain.filter(exchange)
                    .contextWrite(trail::in)
                    // Runs after whoever turns a failure into an answer.
                    .doFinally(signal -> {
                        ProblemMapper.Answer problem = ProblemWriter.problem(exchange);
                        if (isTold(exchange, problem)) {
                            Duration duration = Duration.ofNanos(System.nanoTime() - start);
                            log.record(entry(exchange, trail, problem, begun, duration, signal));
                        }
                    });
        });
    }

    private boolean isTold(ServerWebExchange exchange, ProblemMapper.@Nullable Answer problem) {
        return !SAFE.contains(exchange.getRequest().getMethod())
                || (problem != null
                        && (REFUSALS.contains(problem.kind()) || problem.code().equals(AccessProblems.UNSAFE)))
                || always.stream()
                        .anyMatch(pattern ->
                                pattern.matches(exchange.getRequest().getPath().pathWithinApplication()));
    }

    private static AuditEntry entry(
            ServerWebExchange exchange,
            AuditTrail trail,
            ProblemMapper.@Nullable Answer problem,
            Instant begun,
            Duration duration,
            SignalType signal) {
        Subject subject = trail.subject();
        return new AuditEntry(
                begun,
                RequestIds.of(exchange),
                AccessLog.user(exchange),
                exchange.getRequest().getMethod().name(),
                exchange.getRequest().getPath().pathWithinApplication().value(),
                subject == null ? engine(exchange) : subject.engine(),
                subject == null ? cuid(exchange) : subject.cuid(),
                action(exchange),
                status(exchange, signal),
                duration,
                problem == null ? null : problem.kind().word());
    }

    private static @Nullable Integer status(ServerWebExchange exchange, SignalType signal) {
        if (signal == SignalType.CANCEL && !exchange.getResponse().isCommitted()) {
            return null;
        }
        HttpStatusCode status = exchange.getResponse().getStatusCode();
        return status == null ? 200 : status.value();
    }

    private static @Nullable String action(ServerWebExchange exchange) {
        if (!(exchange.getAttribute(HandlerMapping.BEST_MATCHING_HANDLER_ATTRIBUTE) instanceof HandlerMethod handler)) {
            return null;
        }
        String operation = OperationDocuments.operationId(handler);
        String target = exchange.getAttribute(TARGET);
        return target == null ? operation : operation + " " + target;
    }

    /** As it was asked for: of what failed before it was found, or goes on behind this answer. */
    private static @Nullable String engine(ServerWebExchange exchange) {
        String engine = variables(exchange).get("engine");
        String container = variables(exchange).get("cuid");
        int colon = container == null ? -1 : container.indexOf(':');
        return engine == null && container != null && colon > 0 ? container.substring(0, colon) : engine;
    }

    private static @Nullable String cuid(ServerWebExchange exchange) {
        String container = variables(exchange).get("cuid");
        return container != null && Cuid.isCuid(container) ? container : null;
    }

    private static Map<String, String> variables(ServerWebExchange exchange) {
        return exchange.getAttributeOrDefault(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE, Map.of());
    }
}
