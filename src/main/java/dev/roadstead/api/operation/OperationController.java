package dev.roadstead.api.operation;

import dev.roadstead.api.EventLines;
import dev.roadstead.api.StreamedAnswer;
import dev.roadstead.api.Times;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.operation.Operation;
import dev.roadstead.operation.Operations;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Long work, watched from outside. */
@RestController
@RequestMapping("/v1/operations")
@Tag(name = "Operations", description = "Work that goes on apart from the request that asked for it.")
public class OperationController {
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final Operations operations;
    private final OperationViews views;
    private final StreamedAnswer answer;
    private final EventLines lines;

    public OperationController(Operations operations, OperationViews views, StreamedAnswer answer, EventLines lines) {
        this.operations = operations;
        this.views = views;
        this.answer = answer;
        this.lines = lines;
    }

    /** Lists operations. */
    @io.swagger.v3.oas.annotations.Operation(
            summary = "List operations",
            description = "All that this gateway process runs, and those that ended within the last hour.")
    @ApiResponse(responseCode = "200", description = "The operations, newest first.", useReturnTypeSchema = true)
    @GetMapping
    public Mono<OperationList> list() {
        return Mono.fromCallable(() ->
                new OperationList(operations.list().stream().map(views::view).toList()));
    }

    /** Shows one. */
    @io.swagger.v3.oas.annotations.Operation(summary = "Show an operation")
    @ApiResponse(responseCode = "200", description = "The operation as it stands.", useReturnTypeSchema = true)
    @Fails(ErrorKind.NOT_FOUND)
    @GetMapping("/{id}")
    public Mono<OperationView> get(@PathVariable String id) {
        return Mono.fromCallable(() -> views.view(known(id)));
    }

    /** Waits for one's end. */
    @io.swagger.v3.oas.annotations.Operation(
            summary = "Wait for an operation's end",
            description = "Answers when it has succeeded, failed or been cancelled; its status tells which.")
    @ApiResponse(responseCode = "200", description = "The operation, ended.", useReturnTypeSchema = true)
    @Fails({ErrorKind.NOT_FOUND, ErrorKind.TIMEOUT})
    @GetMapping("/{id}/wait")
    public Mono<OperationView> await(
            @PathVariable String id,
            @Parameter(description = "How long to wait at most, seconds; an hour if not given.", example = "30")
                    @RequestParam(required = false)
                    @Nullable
                    BigDecimal timeout) {
        return Mono.defer(() -> {
            known(id);
            Duration bound = Times.seconds("timeout", timeout);
            return operations
                    .watch(id)
                    .filter(operation -> operation.status().isFinal())
                    .next()
                    .timeout(bound == null ? LONGEST_WAIT : bound, Mono.error(() -> late(id)))
                    .map(views::view);
        });
    }

    /** Tells of one's progress. */
    @io.swagger.v3.oas.annotations.Operation(
            summary = "Follow an operation",
            description = "Server-sent events: `operation` with the operation at every change, a comment every 15 s,"
                    + " and `end` after the last.")
    @ApiResponse(
            responseCode = "200",
            description = "The operation, again and again, until it has ended.",
            content =
                    @Content(
                            mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                            schema = @Schema(implementation = OperationView.class)))
    @Fails(ErrorKind.NOT_FOUND)
    @GetMapping(path = "/{id}/events")
    public Mono<Void> follow(@PathVariable String id, ServerWebExchange exchange) {
        return Mono.defer(() -> {
            known(id);
            Flux<OperationView> changes = operations.watch(id).map(views::view);
            return answer.write(
                    exchange,
                    Mono.just(new EngineStream<>(changes, () -> {})),
                    MediaType.TEXT_EVENT_STREAM,
                    items -> lines.events(exchange, "operation", item -> null, items));
        });
    }

    /** Ends one. */
    @io.swagger.v3.oas.annotations.Operation(
            summary = "Cancel an operation",
            description = "Ends its work; one that has ended already stays as it is.")
    @ApiResponse(responseCode = "200", description = "The operation as it now stands.", useReturnTypeSchema = true)
    @Fails(ErrorKind.NOT_FOUND)
    @DeleteMapping("/{id}")
    public Mono<OperationView> cancel(@PathVariable String id) {
        return operations
                .cancel(id)
                .switchIfEmpty(Mono.error(() -> unknown(id)))
                .map(views::view);
    }

    private Operation known(String id) {
        return known(operations, id);
    }

    /** One of them; fails if there is none. */
    static Operation known(Operations operations, String id) {
        return operations.get(id).orElseThrow(() -> unknown(id));
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(
                ErrorKind.NOT_FOUND,
                "NO_SUCH_OPERATION",
                "no operation %s in this process: it may have ended over an hour ago".formatted(id),
                Map.of());
    }

    private static ProblemException late(String id) {
        return new ProblemException(
                ErrorKind.TIMEOUT, "WAIT_TIMEOUT", "operation %s has not ended yet".formatted(id), Map.of());
    }
}
