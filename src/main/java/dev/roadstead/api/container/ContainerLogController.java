package dev.roadstead.api.container;

import dev.roadstead.api.EventLines;
import dev.roadstead.api.Negotiation;
import dev.roadstead.api.StreamedAnswer;
import dev.roadstead.api.Times;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.container.LogEntry;
import dev.roadstead.container.LogQuery;
import dev.roadstead.engine.EngineStream;
import dev.roadstead.fleet.Fleet;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Containers' logs. */
@RestController
@RequestMapping("/v1/containers/{cuid}/logs")
@Tag(name = "Containers")
public class ContainerLogController {
    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);
    private static final List<MediaType> FORMS =
            List.of(TEXT, MediaType.APPLICATION_NDJSON, MediaType.TEXT_EVENT_STREAM);

    private final Fleet fleet;
    private final StreamedAnswer answer;
    private final EventLines lines;
    private final Clock clock;

    public ContainerLogController(Fleet fleet, StreamedAnswer answer, EventLines lines, Clock clock) {
        this.fleet = fleet;
        this.answer = answer;
        this.lines = lines;
        this.clock = clock;
    }

    /** A log. */
    @Operation(
            summary = "Read a container's log",
            description =
                    "As plain text (the bytes as they were written), as one JSON object per line, or as server-sent"
                            + " events: `log` with a line, a comment every 15 s, `error` if the engine breaks off, `end` after"
                            + " the last. An event's id is the line's cursor, so that a client that comes back with"
                            + " Last-Event-ID goes on where it was.")
    @ApiResponse(
            responseCode = "200",
            description = "The log.",
            content = {
                @Content(
                        mediaType = MediaType.TEXT_PLAIN_VALUE,
                        schema = @Schema(type = "string", example = "ready\n")),
                @Content(
                        mediaType = MediaType.APPLICATION_NDJSON_VALUE,
                        schema = @Schema(implementation = LogLine.class)),
                @Content(
                        mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                        schema = @Schema(implementation = LogLine.class))
            })
    @Parameter(
            name = "Last-Event-ID",
            in = ParameterIn.HEADER,
            description = "The same as since_cursor.",
            example = "o1795426202000000001-1",
            schema = @Schema(type = "string"))
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.NOT_ACCEPTABLE, ErrorKind.UNSUPPORTED})
    @GetMapping
    public Mono<Void> logs(
            @PathVariable String cuid,
            @Parameter(description = "Whether to go on with what comes.", example = "false")
                    @RequestParam(defaultValue = "false")
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
            @Parameter(description = "Whether plain text has each line's time before it.", example = "false")
                    @RequestParam(defaultValue = "false")
                    boolean timestamps,
            @Parameter(
                            name = "since_cursor",
                            description = "The cursor of a line: only what comes behind it.",
                            example = "o1795426202000000001-1")
                    @RequestParam(name = "since_cursor", required = false)
                    @Nullable
                    String sinceCursor,
            ServerWebExchange exchange) {
        return Mono.defer(() -> {
            MediaType form = Negotiation.choose(exchange, FORMS);
            LogsWanted wanted = LogsWanted.of(
                    follow,
                    tail,
                    Times.moment("since", since, clock),
                    Times.moment("until", until, clock),
                    stdout,
                    stderr,
                    cursor(exchange, sinceCursor));
            boolean plain = form.equals(TEXT) && wanted.after() == null;
            LogQuery query = plain ? wanted.directly(timestamps) : wanted.withCursors();
            return fleet.locate(cuid).flatMap(at -> {
                Mono<EngineStream<LogEntry>> open =
                        at.engine().containers().logs(at.container().id(), query);
                if (plain) {
                    return answer.write(exchange, open, TEXT, entries -> text(entries, timestamps));
                }
                return answer.write(exchange, open, form, entries -> {
                    Flux<LogLine> found = wanted.lines(entries);
                    if (form.equals(TEXT)) {
                        return found.map(line -> plainly(line, timestamps));
                    }
                    return form.equals(MediaType.APPLICATION_NDJSON)
                            ? lines.lines(exchange, found)
                            : lines.events(exchange, "log", LogLine::cursor, found);
                });
            });
        });
    }

    private static Flux<byte[]> text(Flux<LogEntry> entries, boolean timestamps) {
        return timestamps
                ? Flux.defer(() -> {
                    LogText text = new LogText();
                    return entries.map(text::timed);
                })
                : entries.map(LogEntry::data);
    }

    private static byte[] plainly(LogLine line, boolean timestamps) {
        String text = (timestamps && line.time() != null ? line.time() + " " : "") + line.line() + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable LogCursor cursor(ServerWebExchange exchange, @Nullable String parameter) {
        if (parameter != null) {
            return LogCursor.parse("since_cursor", parameter);
        }
        String last = exchange.getRequest().getHeaders().getFirst("Last-Event-ID");
        return last == null || last.isEmpty() ? null : LogCursor.parse("Last-Event-ID", last);
    }
}
