package dev.roadstead.api.container;

import dev.roadstead.api.EventLines;
import dev.roadstead.api.Negotiation;
import dev.roadstead.api.StreamedAnswer;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.container.FileChange;
import dev.roadstead.container.ProcessTable;
import dev.roadstead.engine.ContainerOperations;
import dev.roadstead.fleet.Fleet;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/** What containers use, run and have changed. */
@RestController
@RequestMapping("/v1/containers/{cuid}")
@Tag(name = "Containers")
public class ContainerInsightController {
    private static final List<MediaType> FORMS =
            List.of(MediaType.APPLICATION_JSON, MediaType.APPLICATION_NDJSON, MediaType.TEXT_EVENT_STREAM);

    private final Fleet fleet;
    private final StreamedAnswer answer;
    private final EventLines lines;
    private final JsonMapper json;

    public ContainerInsightController(Fleet fleet, StreamedAnswer answer, EventLines lines, JsonMapper json) {
        this.fleet = fleet;
        this.answer = answer;
        this.lines = lines;
        this.json = json;
    }

    /** What one uses. */
    @Operation(
            summary = "Measure a container",
            description = "Once as JSON, or again and again, about once a second, as one JSON object per line or as"
                    + " server-sent events (`stats`, then `end`).")
    @ApiResponse(
            responseCode = "200",
            description = "What it uses.",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON_VALUE,
                        schema = @Schema(implementation = StatsView.class)),
                @Content(
                        mediaType = MediaType.APPLICATION_NDJSON_VALUE,
                        schema = @Schema(implementation = StatsView.class)),
                @Content(
                        mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                        schema = @Schema(implementation = StatsView.class))
            })
    @Fails({ErrorKind.STATE_ERROR, ErrorKind.NOT_ACCEPTABLE, ErrorKind.UNSUPPORTED})
    @GetMapping("/stats")
    public Mono<Void> stats(@PathVariable String cuid, ServerWebExchange exchange) {
        return Mono.defer(() -> {
            MediaType form = Negotiation.choose(exchange, FORMS);
            return fleet.locate(cuid).flatMap(at -> {
                ContainerOperations containers = at.engine().containers();
                if (form.equals(MediaType.APPLICATION_JSON)) {
                    return containers.stats(at.container().id()).flatMap(stats -> write(exchange, StatsView.of(stats)));
                }
                return answer.write(
                        exchange,
                        containers
                                .statsStream(at.container().id())
                                .map(stream -> stream.map(all -> all.map(StatsView::of))),
                        form,
                        stats -> form.equals(MediaType.APPLICATION_NDJSON)
                                ? lines.lines(exchange, stats)
                                : lines.events(exchange, "stats", one -> null, stats));
            });
        });
    }

    private Mono<Void> write(ServerWebExchange exchange, StatsView stats) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        byte[] body = json.writeValueAsBytes(stats);
        response.getHeaders().setContentLength(body.length);
        return response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
    }

    /** What one runs. */
    @Operation(summary = "List a container's processes", description = "As ps shows them.")
    @ApiResponse(responseCode = "200", description = "The processes.", useReturnTypeSchema = true)
    @Fails({ErrorKind.STATE_ERROR, ErrorKind.UNSUPPORTED})
    @GetMapping("/top")
    public Mono<ProcessesView> top(@PathVariable String cuid) {
        return fleet.locate(cuid)
                .flatMap(at -> at.engine().containers().top(at.container().id()))
                .map(ProcessesView::of);
    }

    /** What one has changed. */
    @Operation(summary = "List where a container's file system differs from its image's")
    @ApiResponse(responseCode = "200", description = "The differences.", useReturnTypeSchema = true)
    @Fails(ErrorKind.UNSUPPORTED)
    @GetMapping("/changes")
    public Mono<ChangesView> changes(@PathVariable String cuid) {
        return fleet.locate(cuid)
                .flatMap(at -> at.engine().containers().changes(at.container().id()))
                .map(ChangesView::of);
    }

    /** Processes. */
    @Schema(name = "ProcessTable", description = "A container's processes, as ps shows them.")
    public record ProcessesView(
            @Schema(description = "The columns' titles.", example = "[\"PID\",\"CMD\"]")
            List<String> titles,

            @Schema(description = "A row for each process.", example = "[[\"4711\",\"sleep 60\"]]")
            List<List<String>> processes) {
        static ProcessesView of(ProcessTable table) {
            return new ProcessesView(table.titles(), table.processes());
        }
    }

    /** Differences. */
    @Schema(name = "FileChanges", description = "Where a container's file system differs from its image's.")
    public record ChangesView(
            @Schema(description = "A path each.") List<ChangeView> changes) {
        static ChangesView of(List<FileChange> changes) {
            return new ChangesView(changes.stream()
                    .map(change -> new ChangeView(change.kind().word(), change.path()))
                    .toList());
        }
    }

    /** A difference. */
    @Schema(name = "FileChange", description = "A path that differs.")
    public record ChangeView(
            @Schema(
                    description = "What happened to it.",
                    example = "added",
                    allowableValues = {"modified", "added", "deleted"})
            String kind,

            @Schema(description = "The path.", example = "/tmp/result")
            String path) {}
}
