package dev.roadstead.api.access;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.api.problem.ProblemWriter;
import dev.roadstead.security.TooManyAttemptsException;
import dev.roadstead.security.WrongTicketException;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.authorization.ServerAccessDeniedHandler;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedException;
import org.springframework.security.web.server.firewall.ServerExchangeRejectedHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Answers whoever is not let in, in the same form as every other problem. */
public final class AccessProblems
        implements ServerAuthenticationEntryPoint, ServerAccessDeniedHandler, ServerExchangeRejectedHandler {
    /** The code of a request that is refused for what it looks like. */
    static final String UNSAFE = "UNSAFE_REQUEST";

    /** What to authenticate by. */
    public static final String CHALLENGE = "Basic realm=\"Roadstead\", charset=\"UTF-8\"";

    private final ProblemWriter writer;

    public AccessProblems(ProblemWriter writer) {
        this.writer = writer;
    }

    @Override
    public Mono<Void> commence(ServerWebExchange exchange, AuthenticationException refused) {
        return Mono.defer(() -> {
            ProblemMapper.Answer answer = answer(refused);
            if (answer.kind() == ErrorKind.AUTH_ERROR) {
                exchange.getResponse().getHeaders().set(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
            }
            return writer.write(exchange, answer);
        });
    }

    /** The answer to who is not let in; one of the kind {@code AUTH_ERROR} comes with the {@link #CHALLENGE}. */
    public static ProblemMapper.Answer answer(AuthenticationException refused) {
        return switch (refused) {
            case TooManyAttemptsException many -> {
                int seconds = Math.max(
                        1, Math.toIntExact(many.retryAfter().plusMillis(999).toSeconds()));
                yield new ProblemMapper.Answer(
                        ErrorKind.RATE_LIMITED,
                        "TOO_MANY_FAILED_LOGINS",
                        String.valueOf(many.getMessage()),
                        Map.of("retry_after", seconds),
                        seconds);
            }
            case BadCredentialsException _ -> unauthorized("WRONG_CREDENTIALS", "user or password is wrong");
            case WrongTicketException wrong -> unauthorized("WRONG_TICKET", String.valueOf(wrong.getMessage()));
            default -> unauthorized("MISSING_CREDENTIALS", "credentials are required (HTTP Basic)");
        };
    }

    private static ProblemMapper.Answer unauthorized(String code, String message) {
        return new ProblemMapper.Answer(ErrorKind.AUTH_ERROR, code, message, Map.of(), null);
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, ServerExchangeRejectedException rejected) {
        return Mono.defer(() -> writer.write(
                exchange,
                new ProblemMapper.Answer(
                        ErrorKind.VALIDATION_ERROR, UNSAFE, String.valueOf(rejected.getMessage()), Map.of(), null)));
    }

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, AccessDeniedException denied) {
        return Mono.defer(() -> writer.write(
                exchange, new ProblemMapper.Answer(ErrorKind.FORBIDDEN, "FORBIDDEN", "not allowed", Map.of(), null)));
    }
}
