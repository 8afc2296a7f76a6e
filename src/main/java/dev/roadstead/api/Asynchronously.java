package dev.roadstead.api;

import dev.roadstead.api.operation.OperationView;
import dev.roadstead.api.operation.OperationViews;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.operation.Operation;
import dev.roadstead.operation.Operations;
import dev.roadstead.operation.Progress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Lets a client leave work to an operation instead of waiting for it ({@code Prefer: respond-async}, RFC 7240). */
public final class Asynchronously {
    /** An answer whose facts are an operation's last progress: what has no path would be lost otherwise. */
    public interface Facts {
        /** By name, without nulls. */
        Map<String, Object> facts();
    }

    private final Operations operations;
    private final OperationViews views;

    public Asynchronously(Operations operations, OperationViews views) {
        this.operations = operations;
        this.views = views;
    }

    /**
     * Does the work and answers with its outcome or, if the client prefers, at once with an operation.
     *
     * @param kind of the operation
     * @param resources what it works on
     */
    public Mono<ResponseEntity<?>> asPreferred(
            ServerWebExchange exchange, String kind, List<String> resources, Mono<? extends ResponseEntity<?>> work) {
        return Mono.defer(() -> isPreferred(exchange)
                ? accepted(kind, resources, progress -> work.doOnNext(answer -> made(answer, progress)))
                        .doOnNext(answer ->
                                exchange.getResponse().getHeaders().set("Preference-Applied", "respond-async"))
                        .map(Function.<ResponseEntity<?>>identity())
                : work.map(Function.<ResponseEntity<?>>identity()));
    }

    /** Starts an operation and answers with it. */
    public Mono<ResponseEntity<OperationView>> accepted(
            String kind, List<String> resources, Function<Progress, Mono<?>> work) {
        return Mono.fromCallable(() -> {
            Operation operation;
            try {
                operation = operations.start(kind, resources, work);
            } catch (RejectedExecutionException full) {
                ProblemException failure = new ProblemException(
                        ErrorKind.RATE_LIMITED, "TOO_MANY_OPERATIONS", String.valueOf(full.getMessage()), Map.of());
                failure.initCause(full);
                throw failure;
            }
            return ResponseEntity.status(HttpStatus.ACCEPTED)
                    .location(URI.create("/v1/operations/" + operation.id()))
                    .body(views.view(operation));
        });
    }

    private static void made(ResponseEntity<?> answer, Progress progress) {
        URI location = answer.getHeaders().getLocation();
        if (location != null) {
            progress.resources(List.of(location.toString()));
        }
        if (answer.getBody() instanceof Facts told) {
            progress.report(told.facts());
        }
    }

    /** Whether the client prefers an operation. */
    public static boolean isPreferred(ServerWebExchange exchange) {
        return exchange.getRequest().getHeaders().getOrEmpty("Prefer").stream()
                .flatMap(header -> List.of(header.split(",", -1)).stream())
                .map(preference -> preference.split(";", 2)[0].strip())
                .anyMatch("respond-async"::equalsIgnoreCase);
    }
}
