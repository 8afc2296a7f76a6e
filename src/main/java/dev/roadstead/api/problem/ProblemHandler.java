package dev.roadstead.api.problem;

import dev.roadstead.api.RequestIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.web.ErrorResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Answers every failed request, in front of Spring Boot's own handler. */
public final class ProblemHandler implements WebExceptionHandler, Ordered {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandler.class);

    private final ProblemMapper mapper;
    private final ProblemWriter writer;

    public ProblemHandler(ProblemMapper mapper, ProblemWriter writer) {
        this.mapper = mapper;
        this.writer = writer;
    }

    @Override
    public int getOrder() {
        return -10;
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ProblemMapper.Answer answer = mapper.map(failure);
        if (answer.kind() == ErrorKind.INTERNAL_ERROR) {
            LOG.error(
                    "request {} {} {} failed",
                    RequestIds.of(exchange),
                    exchange.getRequest().getMethod(),
                    exchange.getRequest().getPath(),
                    failure);
        }
        if (failure instanceof ErrorResponse told && !exchange.getResponse().isCommitted()) {
            // Which methods or media types there are.
            told.getHeaders().forEach(exchange.getResponse().getHeaders()::put);
        }
        return writer.write(exchange, failure);
    }
}
