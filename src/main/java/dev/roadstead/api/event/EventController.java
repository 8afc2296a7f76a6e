package dev.roadstead.api.event;

import dev.roadstead.api.EventLines;
import dev.roadstead.api.Negotiation;
import dev.roadstead.api.StreamedAnswer;
import dev.roadstead.api.Times;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.fleet.EventFilter;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Events of all engines. */
@RestController
@RequestMapping("/v1/events")
@Tag(name = "Events", description = "What happens on all engines, as it happens.")
public class EventController {
    private static final List<MediaType> FORMS = List.of(MediaType.TEXT_EVENT_STREAM, MediaType.APPLICATION_NDJSON);

    private final EventStreams events;
    private final StreamedAnswer answer;
    private final EventLines lines;
    private final Clock clock;

    public EventController(EventStreams events, StreamedAnswer answer, EventLines lines, Clock clock) {
        this.events = events;
        this.answer = answer;
        this.lines = lines;
        this.clock = clock;
    }

    /** The events. */
    @Operation(
            summary = "Follow the events of all engines",
            description =
                    "Without an end, as server-sent events (`event` with an event, a comment every 15 s, `end` if the"
                            + " gateway stops) or as one JSON object per line. What happens after the head of this answer"
                            + " has come is in it: who follows first and lists afterwards misses nothing. Where events may"
                            + " have been missed after all, there is one of type `engine` and action `gap`, whatever type,"
                            + " action and cuid are asked for. The last 10,000 events are kept; a client that comes back"
                            + " with Last-Event-ID goes on behind that event.")
    @ApiResponse(
            responseCode = "200",
            description = "The events.",
            content = {
                @Content(
                        mediaType = MediaType.TEXT_EVENT_STREAM_VALUE,
                        schema = @Schema(implementation = EventView.class)),
                @Content(
                        mediaType = MediaType.APPLICATION_NDJSON_VALUE,
                        schema = @Schema(implementation = EventView.class))
            })
    @Parameter(
            name = "engine",
            in = ParameterIn.QUERY,
            description = "Only of these engines; repeated, or separated by commas.",
            example = "local",
            schema = @Schema(type = "string"))
    @Parameter(
            name = "type",
            in = ParameterIn.QUERY,
            description = "Only of these types; repeated, or separated by commas.",
            example = "container",
            schema = @Schema(type = "string"))
    @Parameter(
            name = "action",
            in = ParameterIn.QUERY,
            description = "Only of these actions; repeated, or separated by commas.",
            example = "start,die",
            schema = @Schema(type = "string"))
    @Parameter(
            name = "cuid",
            in = ParameterIn.QUERY,
            description = "Only of these containers; repeated, or separated by commas.",
            example = "c7f3b9c1e-0b7e-4f3a-9f0e-2f6d6a1b5c3d",
            schema = @Schema(type = "string"))
    @Parameter(
            name = "Last-Event-ID",
            in = ParameterIn.HEADER,
            description = "The id of the last event that was received: only what comes behind it. Counts before since.",
            example = "mibrzx7k9c41-17",
            schema = @Schema(type = "string"))
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.NOT_FOUND, ErrorKind.NOT_ACCEPTABLE})
    @GetMapping
    public Mono<Void> follow(
            @Parameter(
                            description =
                                    "First what happened from then on: RFC 3339, unix seconds, or a duration back."
                                            + " Inclusive.",
                            example = "10m")
                    @RequestParam(required = false)
                    @Nullable
                    String since,
            @Parameter(hidden = true) ServerWebExchange exchange) {
        return Mono.defer(() -> {
            MediaType form = Negotiation.choose(exchange, FORMS);
            EventFilter filter = EventParameters.filter(exchange.getRequest().getQueryParams());
            Instant from = Times.moment("since", since, clock);
            String last = exchange.getRequest().getHeaders().getFirst("Last-Event-ID");
            return answer.write(
                    exchange,
                    events.open(filter, from, last == null || last.isEmpty() ? null : last),
                    form,
                    told -> form.equals(MediaType.APPLICATION_NDJSON)
                            ? lines.lines(exchange, told)
                            : lines.events(exchange, "event", EventView::id, told));
        });
    }
}
