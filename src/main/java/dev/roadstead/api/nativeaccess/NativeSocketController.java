package dev.roadstead.api.nativeaccess;

import dev.roadstead.api.access.AuditFilter;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.api.socket.ClientFrame;
import dev.roadstead.api.socket.Conversation;
import dev.roadstead.api.socket.ServerFrame;
import dev.roadstead.api.socket.Socket;
import dev.roadstead.api.socket.Sockets;
import dev.roadstead.catalog.Streaming;
import dev.roadstead.container.OutputStreamName;
import dev.roadstead.engine.Engine;
import dev.roadstead.engine.NativeConnection;
import dev.roadstead.fleet.Fleet;
import dev.roadstead.nativeaccess.Invocation;
import dev.roadstead.nativeaccess.NativeOperations;
import dev.roadstead.nativeaccess.NativeOperations.Allowed;
import dev.roadstead.nativeaccess.NativeOperations.Known;
import dev.roadstead.nativeaccess.NativeRefusal;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Native operations that take their connection over. */
@RestController
@Tag(name = "WebSockets")
public class NativeSocketController {
    private static final ServerFrame END = new ServerFrame.Item("end", Map.of());

    private final Fleet fleet;
    private final NativeOperations operations;
    private final Sockets sockets;
    private final NativeAnswer answer = new NativeAnswer();
    private final JsonMapper json = JsonMapper.shared();

    public NativeSocketController(Fleet fleet, NativeOperations operations, Sockets sockets) {
        this.fleet = fleet;
        this.operations = operations;
        this.sockets = sockets;
    }

    /** Opens one. */
    @Operation(
            summary = "Call a native operation that takes the connection over (WebSocket)",
            description =
                    "The operation's parameters stand in the query. `stdout` frames hold what the engine sends, as it"
                            + " comes; `stdin` frames are sent to it, `eof` ends what is sent; `end` comes when the engine has"
                            + " ended. What the engine refuses is answered before the upgrade.")
    @Parameter(
            name = "version",
            in = ParameterIn.QUERY,
            description = "The version of the engine's API; if not given, the best that the engine speaks.",
            example = "1.41",
            schema = @Schema(type = "string"))
    @Parameter(
            name = "data",
            in = ParameterIn.QUERY,
            description = "The operation's body, as JSON.",
            example = "{\"Detach\":false,\"Tty\":true}",
            schema = @Schema(type = "string"))
    @Parameter(
            name = "undeclared",
            in = ParameterIn.QUERY,
            description = "What becomes of parameters that the operation does not declare: refuse or pass.",
            example = "refuse",
            schema =
                    @Schema(
                            type = "string",
                            allowableValues = {"refuse", "pass"}))
    @ApiResponse(responseCode = "101", description = "The socket is open.")
    @Fails({
        ErrorKind.VALIDATION_ERROR,
        ErrorKind.FORBIDDEN,
        ErrorKind.CONFLICT,
        ErrorKind.UPGRADE_REQUIRED,
        ErrorKind.UNSUPPORTED
    })
    @GetMapping("/v1/ws/native/{engine}/{op}")
    public Mono<Void> open(
            @PathVariable String engine,
            @Parameter(description = "The operation's id.", example = "ExecStart") @PathVariable String op,
            @Parameter(hidden = true) ServerWebExchange exchange) {
        return sockets.checked(exchange).then(Mono.defer(() -> {
            Map<String, List<String>> query = new LinkedHashMap<>();
            String version = NativeController.split(exchange.getRequest().getQueryParams(), query);
            String data = single(query, "data");
            boolean pass = NativeController.passes(single(query, "undeclared"));
            // A ticket is the gateway's own business.
            query.remove("ticket");
            return sockets.open(
                    exchange,
                    "native",
                    fleet.engine(engine)
                            .flatMap(at -> operations
                                    .operation(at, version, op)
                                    .flatMap(known -> connection(exchange, at, known, version, query, data, pass))
                                    .onErrorMap(NativeRefusal.class, NativeController::told)),
                    connection -> carried(connection),
                    connection -> Mono.fromRunnable(connection::close));
        }));
    }

    private Mono<NativeConnection.Open> connection(
            ServerWebExchange exchange,
            Engine at,
            Known known,
            @Nullable String version,
            Map<String, List<String>> query,
            @Nullable String data,
            boolean pass) {
        if (!known.operation().streaming().takesOver()) {
            throw ProblemException.invalid(
                    "NO_SOCKET_OPERATION",
                    "op",
                    known.operation().id(),
                    "%s takes no connection over (expected: POST)"
                            .formatted(known.operation().id()));
        }
        NativeBodies bodies = new NativeBodies();
        boolean first = "first-frame".equals(known.operation().requestStreaming());
        JsonNode body = data == null ? null : parsed(data);
        Allowed allowed = operations.request(
                at,
                known,
                new Invocation(
                        version,
                        bodies.query(query),
                        Map.of(),
                        bodies.of(body, Map.of(), known.operation()),
                        pass,
                        null));
        AuditFilter.target(
                exchange, allowed.request().method(), allowed.request().target());
        boolean webSocket = known.operation().streaming() == Streaming.WEBSOCKET;
        return at.nativeAccess()
                .connect(first ? allowed.withoutBody() : allowed.request(), webSocket)
                .flatMap(told -> switch (told) {
                    case NativeConnection.Refused refused -> answer.refusal(at, refused.reply());
                    case NativeConnection.Open open ->
                        first && data != null
                                ? open.send(data.getBytes(StandardCharsets.UTF_8))
                                        .thenReturn(open)
                                : Mono.just(open);
                });
    }

    private JsonNode parsed(String data) {
        try {
            return json.readTree(data);
        } catch (JacksonException malformed) {
            throw ProblemException.invalid("INVALID_DATA", "data", null, "data (expected: JSON)");
        }
    }

    private static @Nullable String single(Map<String, List<String>> query, String name) {
        List<String> values = query.remove(name);
        return values == null || values.isEmpty() ? null : values.getFirst();
    }

    private static Conversation carried(NativeConnection.Open connection) {
        return socket -> Mono.usingWhen(
                Mono.just(connection),
                open -> socket.send(new ServerFrame.Started(null, true, false, 0))
                        .then(Mono.firstWithSignal(
                                socket.sendAll(Flux.concat(frames(open.input()), Mono.just(END))),
                                heard(socket, open))),
                open -> Mono.fromRunnable(open::close));
    }

    private static Mono<Void> heard(Socket socket, NativeConnection.Open open) {
        return socket.frames()
                .concatMap(
                        frame -> switch (frame) {
                            case ClientFrame.Stdin stdin ->
                                open.send(stdin.data()).onErrorResume(socket::complain);
                            case ClientFrame.Eof _ -> open.finish().onErrorResume(socket::complain);
                            case ClientFrame.Resize _ -> senseless(socket);
                            case ClientFrame.Signalled _ -> senseless(socket);
                            case ClientFrame.Close _ -> Mono.empty();
                        },
                        1)
                .then();
    }

    private static Mono<Void> senseless(Socket socket) {
        return socket.complain(new ProblemException(
                ErrorKind.STATE_ERROR,
                "ONLY_BYTES",
                "only stdin, eof and close are understood here: sizes and signals are operations of their own",
                Map.of()));
    }

    private static Flux<ServerFrame.Output> frames(Flux<byte[]> bytes) {
        return Flux.defer(() -> {
            AtomicLong offset = new AtomicLong();
            return bytes.concatMap(
                    data -> {
                        int parts = (data.length + ServerFrame.MOST_DATA - 1) / ServerFrame.MOST_DATA;
                        return Flux.range(0, parts).map(number -> {
                            int from = number * ServerFrame.MOST_DATA;
                            byte[] part =
                                    Arrays.copyOfRange(data, from, Math.min(data.length, from + ServerFrame.MOST_DATA));
                            return new ServerFrame.Output(OutputStreamName.STDOUT, part, offset.getAndAdd(part.length));
                        });
                    },
                    1);
        });
    }
}
