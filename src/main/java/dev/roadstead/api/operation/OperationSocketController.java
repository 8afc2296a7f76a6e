package dev.roadstead.api.operation;

import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.socket.ServerFrame;
import dev.roadstead.api.socket.SocketStreams;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.operation.Operations;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Long work, watched over a WebSocket. */
@RestController
@RequestMapping("/v1/ws/operations")
@Tag(name = "WebSockets")
public class OperationSocketController {
    private final Operations operations;
    private final OperationViews views;
    private final SocketStreams streams;

    public OperationSocketController(Operations operations, OperationViews views, SocketStreams streams) {
        this.operations = operations;
        this.views = views;
        this.streams = streams;
    }

    /** Tells of one's progress. */
    @Operation(
            summary = "Follow an operation (WebSocket)",
            description = "An `operation` frame with the operation at every change, `end` after the last; a client that"
                    + " reads slowly sees the newest.")
    @ApiResponse(responseCode = "101", description = "The socket is open.")
    @Fails({ErrorKind.NOT_FOUND, ErrorKind.FORBIDDEN, ErrorKind.UPGRADE_REQUIRED})
    @GetMapping("/{id}")
    public Mono<Void> follow(@PathVariable String id, @Parameter(hidden = true) ServerWebExchange exchange) {
        return streams.tell(
                exchange,
                "operation",
                Mono.fromCallable(() -> {
                    OperationController.known(operations, id);
                    return new EngineStream<>(operations.watch(id), () -> {});
                }),
                changes -> changes.map(views::view).map(view -> new ServerFrame.Item("operation", view)));
    }
}
