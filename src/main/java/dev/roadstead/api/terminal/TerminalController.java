package dev.roadstead.api.terminal;

import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.api.socket.Sockets;
import dev.roadstead.engine.Attachment;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.fleet.Located;
import dev.roadstead.session.ExecSession;
import dev.roadstead.session.ExecSessions;
import dev.roadstead.session.ExecState.Ended;
import dev.roadstead.session.ExecTerms;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.security.Principal;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Terminals in containers. */
@RestController
@Tag(name = "Terminals")
public class TerminalController {
    private final Fleet fleet;
    private final ExecSessions sessions;
    private final Sockets sockets;

    public TerminalController(Fleet fleet, ExecSessions sessions, Sockets sockets) {
        this.fleet = fleet;
        this.sessions = sessions;
        this.sockets = sockets;
    }

    /** Opens one. */
    @Operation(
            summary = "Open a terminal in a container (WebSocket)",
            description =
                    "The frames are JSON texts, or with the subprotocol `roadstead.binary.v1` binary; the AsyncAPI document"
                            + " says which. What can be refused is refused before the upgrade, as plain HTTP.")
    @Parameter(
            name = "mode",
            in = ParameterIn.QUERY,
            description =
                    "`shell` runs a shell or a command, `attach` joins the main process, `logs` tells its last 100 lines and"
                            + " what follows; `auto` begins like `logs` and turns into a shell with the first input.",
            example = "shell",
            schema =
                    @Schema(
                            type = "string",
                            allowableValues = {"auto", "shell", "attach", "logs"},
                            defaultValue = "auto"))
    @Parameter(
            name = "cols",
            in = ParameterIn.QUERY,
            description = "Columns of the client's terminal; with rows.",
            example = "80",
            schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = "65535"))
    @Parameter(
            name = "rows",
            in = ParameterIn.QUERY,
            description = "Rows of the client's terminal; with cols.",
            example = "24",
            schema = @Schema(type = "integer", format = "int32", minimum = "1", maximum = "65535"))
    @Parameter(
            name = "command",
            in = ParameterIn.QUERY,
            description =
                    "What a shell runs: repeated, one value for each argument; once, a line for `sh -c`. Without it `bash`,"
                            + " or `sh` where there is none.",
            example = "[\"ls -l /\"]",
            array = @ArraySchema(schema = @Schema(type = "string")))
    @Parameter(
            name = "user",
            in = ParameterIn.QUERY,
            description = "Whom a shell runs as.",
            example = "1000",
            schema = @Schema(type = "string"))
    @Parameter(
            name = "tty",
            in = ParameterIn.QUERY,
            description = "Whether a shell has a terminal; if not given, exactly if cols and rows are.",
            example = "true",
            schema = @Schema(type = "boolean"))
    @ApiResponse(responseCode = "101", description = "The socket is open.")
    @Fails({
        ErrorKind.VALIDATION_ERROR,
        ErrorKind.FORBIDDEN,
        ErrorKind.UPGRADE_REQUIRED,
        ErrorKind.STATE_ERROR,
        ErrorKind.UNSUPPORTED
    })
    @GetMapping("/v1/ws/{cuid}")
    public Mono<Void> open(@PathVariable String cuid, @Parameter(hidden = true) ServerWebExchange exchange) {
        return sockets.checked(exchange).then(Mono.defer(() -> {
            TerminalRequest wanted = TerminalRequest.of(exchange.getRequest().getQueryParams());
            return fleet.locate(cuid).flatMap(at -> open(at, wanted, exchange));
        }));
    }

    private Mono<Void> open(Located at, TerminalRequest wanted, ServerWebExchange exchange) {
        MainProcess main = new MainProcess(at);
        String kind = "terminal_" + wanted.mode().name().toLowerCase(Locale.ROOT);
        Function<@Nullable Size, Mono<ExecSession>> shell = size -> start(at, wanted, size, exchange);
        return switch (wanted.mode()) {
            case SHELL ->
                sockets.open(
                        exchange,
                        kind,
                        shell.apply(wanted.size()),
                        session -> socket -> ExecTerminal.join(session, ExecSession.Role.ANY, 0L, socket),
                        session -> session.end(Ended.CANCELLED));
            case ATTACH ->
                sockets.open(
                        exchange,
                        kind,
                        main.attach(),
                        attachment -> socket -> Mono.usingWhen(
                                Mono.just(attachment),
                                joined -> main.attached(joined, wanted.size(), socket),
                                Attachment::close),
                        Attachment::close);
            case LOGS ->
                sockets.open(
                        exchange,
                        kind,
                        main.log(),
                        log -> socket -> new LogTerminal(main, socket, null, null).with(log),
                        log -> Mono.fromRunnable(log::close));
            case AUTO ->
                sockets.open(
                        exchange,
                        kind,
                        main.log(),
                        log -> socket -> new LogTerminal(main, socket, shell, wanted.size()).with(log),
                        log -> Mono.fromRunnable(log::close));
        };
    }

    private Mono<ExecSession> start(
            Located at, TerminalRequest wanted, @Nullable Size size, ServerWebExchange exchange) {
        return user(exchange)
                .flatMap(user -> sessions.start(
                        at.engine(),
                        at.container().id(),
                        at.cuid(),
                        wanted.spec(size),
                        new ExecTerms(user, true, null)));
    }

    /** Comes back to one. */
    @Operation(
            summary = "Join an exec session (WebSocket)",
            description = "Goes on where a client was, or looks on. The frames are those of a terminal.")
    @ApiResponse(responseCode = "101", description = "The socket is open.")
    @Fails({ErrorKind.NOT_FOUND, ErrorKind.VALIDATION_ERROR, ErrorKind.FORBIDDEN, ErrorKind.UPGRADE_REQUIRED})
    @GetMapping("/v1/ws/exec/{exec_id}")
    public Mono<Void> join(
            @PathVariable("exec_id") String execId,
            @Parameter(
                            description =
                                    "Offset of the first byte of output that is wanted; if not given, the oldest that is"
                                            + " kept.",
                            example = "4096")
                    @RequestParam(required = false)
                    @Nullable
                    Long from,
            @Parameter(
                            description =
                                    "`writer` writes from now on, `viewer` only looks on, `any` writes if nobody else does.",
                            schema =
                                    @Schema(
                                            type = "string",
                                            allowableValues = {"any", "writer", "viewer"},
                                            defaultValue = "any"),
                            example = "any")
                    @RequestParam(defaultValue = "any")
                    String role,
            @Parameter(hidden = true) ServerWebExchange exchange) {
        return sockets.checked(exchange).then(user(exchange)).flatMap(user -> {
            if (from != null && from < 0) {
                throw ProblemException.invalid(
                        "INVALID_FROM", "from", from, "from: %d (expected: an offset, 0 or more)".formatted(from));
            }
            ExecSession.Role as = role(role);
            ExecSession session = sessions.get(execId, user);
            return sockets.open(exchange, "exec", Mono.just(socket -> ExecTerminal.join(session, as, from, socket)));
        });
    }

    private static ExecSession.Role role(String word) {
        return switch (word) {
            case "any" -> ExecSession.Role.ANY;
            case "writer" -> ExecSession.Role.WRITER;
            case "viewer" -> ExecSession.Role.VIEWER;
            default ->
                throw ProblemException.invalid(
                        "INVALID_ROLE", "role", word, "role: %s (expected: any, writer or viewer)".formatted(word));
        };
    }

    private static Mono<String> user(ServerWebExchange exchange) {
        return exchange.getPrincipal().map(Principal::getName).defaultIfEmpty("");
    }
}
