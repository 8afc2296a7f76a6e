package dev.roadstead.api.exec;

import dev.roadstead.api.Asynchronously;
import dev.roadstead.api.Times;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.api.problem.ProblemMapper;
import dev.roadstead.exec.ExecSpec;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Located;
import dev.roadstead.session.ExecSession;
import dev.roadstead.session.ExecSessions;
import dev.roadstead.session.ExecState;
import dev.roadstead.session.ExecState.Ended;
import dev.roadstead.session.ExecTerms;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.security.Principal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Processes run in containers. */
@RestController
@Tag(name = "Exec")
public class ExecController {
    private final Fleet fleet;
    private final ExecSessions sessions;
    private final ProblemMapper problems;

    public ExecController(Fleet fleet, ExecSessions sessions, ProblemMapper problems) {
        this.fleet = fleet;
        this.sessions = sessions;
        this.problems = problems;
    }

    /** Runs one. */
    @Operation(
            summary = "Run a process in a container",
            description =
                    "Waits for its end and answers with its output and exit code; whoever leaves meanwhile ends it."
                            + " With Prefer: respond-async it runs on by itself, to its end or its timeout: GET /v1/exec/{exec_id}"
                            + " tells its state, the WebSocket /v1/ws/exec/{exec_id} its output. A program that is not there"
                            + " ends with 126 or 127.")
    @ApiResponse(
            responseCode = "200",
            description = "It has ended.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = ExecResultView.class)))
    @ApiResponse(
            responseCode = "202",
            description = "It runs.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON_VALUE,
                            schema = @Schema(implementation = ExecView.class)))
    @Fails({
        ErrorKind.VALIDATION_ERROR,
        ErrorKind.STATE_ERROR,
        ErrorKind.TIMEOUT,
        ErrorKind.RATE_LIMITED,
        ErrorKind.UNSUPPORTED
    })
    @PostMapping(path = "/v1/containers/{cuid}/exec", consumes = MediaType.APPLICATION_JSON_VALUE)
    public Mono<ResponseEntity<?>> run(
            @PathVariable String cuid, @RequestBody ExecRequest request, ServerWebExchange exchange) {
        return user(exchange).flatMap(user -> {
            byte[] input = request.input();
            ExecSpec spec = request.spec().withInput(input.length);
            Duration timeout = Times.seconds("timeout", request.timeout());
            ExecTerms terms = new ExecTerms(user, false, timeout);
            return fleet.locate(cuid).flatMap(at -> {
                Mono<ExecSession> started = start(at, spec, terms).doOnNext(session -> session.feed(input));
                return Asynchronously.isPreferred(exchange)
                        ? started.map(session -> accepted(exchange, session))
                        : Mono.usingWhen(
                                        started,
                                        session -> session.awaitEnd().map(end -> result(session, end, timeout)),
                                        session -> Mono.empty(),
                                        (session, failure) -> Mono.empty(),
                                        session -> session.end(Ended.CANCELLED))
                                .map(ResponseEntity::ok);
            });
        });
    }

    /** What one is. */
    @Operation(
            summary = "Tell what is known of an exec",
            description = "Running ones, and ended ones for an hour after their end, as long as the gateway runs.")
    @ApiResponse(responseCode = "200", description = "The exec.", useReturnTypeSchema = true)
    @Fails(ErrorKind.NOT_FOUND)
    @GetMapping("/v1/exec/{exec_id}")
    public Mono<ExecView> get(@PathVariable("exec_id") String execId, ServerWebExchange exchange) {
        return user(exchange).map(user -> ExecView.of(sessions.get(execId, user).state(), problems));
    }

    /** Ends one. */
    @Operation(
            summary = "End an exec",
            description = "Ends its process, if it still runs, and answers when it is gone.")
    @ApiResponse(responseCode = "200", description = "The exec.", useReturnTypeSchema = true)
    @Fails(ErrorKind.NOT_FOUND)
    @DeleteMapping("/v1/exec/{exec_id}")
    public Mono<ExecView> end(@PathVariable("exec_id") String execId, ServerWebExchange exchange) {
        return user(exchange).flatMap(user -> {
            ExecSession session = sessions.get(execId, user);
            return session.end(Ended.CANCELLED).then(Mono.fromSupplier(() -> ExecView.of(session.state(), problems)));
        });
    }

    private Mono<ExecSession> start(Located at, ExecSpec spec, ExecTerms terms) {
        return sessions.start(at.engine(), at.container().id(), at.cuid(), spec, terms);
    }

    private ResponseEntity<?> accepted(ServerWebExchange exchange, ExecSession session) {
        exchange.getResponse().getHeaders().set("Preference-Applied", "respond-async");
        return ResponseEntity.status(HttpStatus.ACCEPTED)
                .location(URI.create("/v1/exec/" + session.id()))
                .body(ExecView.of(session.state(), problems));
    }

    private static ExecResultView result(ExecSession session, ExecState end, @Nullable Duration timeout) {
        ExecResultView result = ExecResultView.of(session, end);
        if (end.ended() == Ended.TIMEOUT) {
            throw late(result, end, timeout);
        }
        if (end.failure() instanceof RuntimeException failure) {
            throw failure;
        }
        return result;
    }

    private static ProblemException late(ExecResultView result, ExecState end, @Nullable Duration timeout) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("exec_id", result.execId());
        details.put("process_ended", end.failure() == null);
        details.put("exit_code", result.exitCode());
        details.put("stdout", result.stdout());
        details.put("stderr", result.stderr());
        details.put("stdout_encoding", result.stdoutEncoding());
        details.put("stderr_encoding", result.stderrEncoding());
        details.put("truncated", result.truncated());
        ProblemException failure = new ProblemException(
                ErrorKind.TIMEOUT,
                "EXEC_TIMEOUT",
                end.failure() == null
                        ? "the process did not end within %s s and was ended"
                                .formatted(timeout == null ? 0 : timeout.toMillis() / 1000.0)
                        : "the process did not end in time, and could not be ended: %s"
                                .formatted(end.failure().getMessage()),
                details);
        if (end.failure() != null) {
            failure.initCause(end.failure());
        }
        return failure;
    }

    private static Mono<String> user(ServerWebExchange exchange) {
        return exchange.getPrincipal().map(Principal::getName).defaultIfEmpty("");
    }
}
