package dev.roadstead.api.event;

import dev.roadstead.api.Times;
import dev.roadstead.api.document.Fails;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.socket.ServerFrame;
import dev.roadstead.api.socket.SocketStreams;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Clock;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Events of all engines over a WebSocket. */
@RestController
@RequestMapping("/v1/ws/events")
@Tag(name = "WebSockets")
public class EventSocketController {
    private final EventStreams events;
    private final SocketStreams streams;
    private final Clock clock;

    public EventSocketController(EventStreams events, SocketStreams streams, Clock clock) {
        this.events = events;
        this.streams = streams;
        this.clock = clock;
    }

    /**
     * A frame's body; the event stands in a member of its own, since it has a type of its own.
     *
     * @param event what happened
     */
    public record EventBody(EventView event) {}

    /** The events. */
    @Operation(
            summary = "Follow the events of all engines (WebSocket)",
            description = "An `event` frame for each, without an end. What happens after the upgrade is in it.")
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
    @ApiResponse(responseCode = "101", description = "The socket is open.")
    @Fails({ErrorKind.VALIDATION_ERROR, ErrorKind.FORBIDDEN, ErrorKind.NOT_FOUND, ErrorKind.UPGRADE_REQUIRED})
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
            @Parameter(
                            name = "last_event_id",
                            description = "The id of the last event that was received: only what comes behind it."
                                    + " Counts before since.",
                            example = "mibrzx7k9c41-17")
                    @RequestParam(name = "last_event_id", required = false)
                    @Nullable
                    String lastEventId,
            @Parameter(hidden = true) ServerWebExchange exchange) {
        return Mono.defer(() -> {
            Instant from = Times.moment("since", since, clock);
            String last = lastEventId == null || lastEventId.isEmpty() ? null : lastEventId;
            return streams.tell(
                    exchange,
                    "events",
                    events.open(EventParameters.filter(exchange.getRequest().getQueryParams()), from, last),
                    told -> told.map(event -> new ServerFrame.Item("event", new EventBody(event))));
        });
    }
}
