package dev.roadstead.api.problem;

import dev.roadstead.api.RequestIds;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** Writes problems: for controllers, for Spring Security and for whatever stands before them. */
public final class ProblemWriter {
    private static final String WRITTEN = ProblemWriter.class.getName() + ".written";

    private final ProblemMapper mapper;
    private final JsonMapper json;
    private final Clock clock;

    public ProblemWriter(ProblemMapper mapper, JsonMapper json, Clock clock) {
        this.mapper = mapper;
        this.json = json;
        this.clock = clock;
    }

    /** The body for an answer. */
    public Problem problem(ServerWebExchange exchange, ProblemMapper.Answer answer) {
        return problem(exchange.getRequest().getPath().value(), RequestIds.of(exchange), answer);
    }

    /** The body for an answer, as it is sent. */
    public byte[] bytes(String path, String requestId, ProblemMapper.Answer answer) {
        return json.writeValueAsBytes(problem(path, requestId, answer));
    }

    private Problem problem(String path, @Nullable String requestId, ProblemMapper.Answer answer) {
        return new Problem(
                answer.kind().type(),
                answer.kind().title(),
                answer.kind().status(),
                answer.message(),
                path,
                answer.kind().word(),
                answer.code(),
                answer.message(),
                requestId,
                clock.instant(),
                answer.details());
    }

    /** Answers with a failure; fails with it again if the answer has begun already. */
    public Mono<Void> write(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        ProblemMapper.Answer answer = mapper.map(failure);
        if (response.isCommitted()) {
            exchange.getAttributes().put(WRITTEN, answer);
            return Mono.error(failure);
        }
        return write(exchange, answer);
    }

    /** The problem that a request ended with; null: none. */
    public static ProblemMapper.@Nullable Answer problem(ServerWebExchange exchange) {
        return exchange.getAttribute(WRITTEN);
    }

    /** Answers so. */
    public Mono<Void> write(ServerWebExchange exchange, ProblemMapper.Answer answer) {
        exchange.getAttributes().put(WRITTEN, answer);
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatus.valueOf(answer.kind().status()));
        response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
        if (answer.retryAfterSeconds() != null) {
            response.getHeaders().set("Retry-After", String.valueOf(answer.retryAfterSeconds()));
        }
        byte[] body = json.writeValueAsBytes(problem(exchange, answer));
        response.getHeaders().setContentLength(body.length);
        DataBuffer buffer = response.bufferFactory().wrap(body);
        return response.writeWith(Mono.just(buffer));
    }
}
