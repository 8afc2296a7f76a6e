package dev.roadstead.api.container;

import dev.roadstead.api.Times;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.socket.ServerFrame;
import dev.roadstead.api.socket.SocketStreams;
import dev.roadstead.fleet.Fleet;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Containers' logs and measurements over WebSockets. */
@RestController
@RequestMapping("/v1/ws/containers/{cuid}")
@Tag(name = "WebSockets")
public class ContainerSocketController {
    private final Fleet fleet;
    private final SocketStreams streams;
    private final Clock clock;

    public ContainerSocketController(Fleet fleet, SocketStreams streams, Clock clock) {
        this.fleet = fleet;
        this.streams = streams;
        this.clock = clock;
    }

    /** A log. */
    @Operation(
            summary = "Follow a container's log (WebSocket)",
            description =
                    "A `log` frame for each line, `end` after the last. Other than over HTTP it goes on with what comes"
                            + " unless follow is false.")
    @ApiResponse(responseCode = "101", description = "The socket is open.")
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.FORBIDDEN, ErrorKind.UPGRADE_REQUIRED, ErrorKind.UNSUPPORTED})
    @GetMapping("/logs")
    public Mono<Void> logs(
            @PathVariable String cuid,
            @Parameter(description = "Whether to go on with what comes.", example = "true")
                    @RequestParam(defaultValue = "true")
                    boolean follow,
            @Parameter(
                            description = "Only so many of the last lines, or all; with a cursor always all.",
                            example = "100")
                    @RequestParam(defaultValue = "all")
                    String tail,
            @Parameter(
                            description = "Nothing before: RFC 3339, unix seconds, or a duration back. Inclusive.",
                            example = "10m")
                    @RequestParam(required = false)
                    @Nullable
                    String since,
            @Parameter(
                            description = "Nothing after: RFC 3339, unix seconds, or a duration back. Inclusive.",
                            example = "2026-11-23T10:00:00Z")
                    @RequestParam(required = false)
                    @Nullable
                    String until,
            @Parameter(description = "Whether standard output is wanted.", example = "true")
                    @RequestParam(defaultValue = "true")
                    boolean stdout,
            @Parameter(description = "Whether standard error is wanted.", example = "true")
                    @RequestParam(defaultValue = "true")
                    boolean stderr,
            @Parameter(
                            name = "since_cursor",
                            description = "The cursor of a line: only what comes behind it.",
                            example = "o1795426202000000001-1")
                    @RequestParam(name = "since_cursor", required = false)
                    @Nullable
                    String sinceCursor,
            @Parameter(hidden = true) ServerWebExchange exchange) {
        return Mono.defer(() -> {
            LogsWanted wanted = LogsWanted.of(
                    follow,
                    tail,
                    Times.moment("since", since, clock),
                    Times.moment("until", until, clock),
                    stdout,
                    stderr,
                    sinceCursor == null ? null : LogCursor.parse("since_cursor", sinceCursor));
            return streams.tell(
                    exchange,
                    "logs",
                    fleet.locate(cuid)
                            .flatMap(at ->
                                    at.engine().containers().logs(at.container().id(), wanted.withCursors())),
                    entries -> wanted.lines(entries).map(line -> new ServerFrame.Item("log", line)));
        });
    }

    /** What one uses. */
    @Operation(
            summary = "Measure a container again and again (WebSocket)",
            description = "A `stats` frame about once a second, `end` when the container has ended.")
    @ApiResponse(responseCode = "101", description = "The socket is open.")
    @Fails({
        ErrorKind.VALIDATION_ERROR,
        ErrorKind.FORBIDDEN,
        ErrorKind.UPGRADE_REQUIRED,
        ErrorKind.STATE_ERROR,
        ErrorKind.UNSUPPORTED
    })
    @GetMapping("/stats")
    public Mono<Void> stats(@PathVariable String cuid, @Parameter(hidden = true) ServerWebExchange exchange) {
        return streams.tell(
                exchange,
                "stats",
                fleet.locate(cuid)
                        .flatMap(at -> at.engine()
                                .containers()
                                .statsStream(at.container().id())),
                all -> all.map(stats -> new ServerFrame.Item("stats", StatsView.of(stats))));
    }
}
