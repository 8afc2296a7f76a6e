package dev.roadstead.api.ticket;

import io.swagger.v3.oas.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a ticket is for. */
@Schema(name = "WebSocketTicketRequest", description = "What a ticket is for.")
public record TicketRequest(
        @Schema(
                description = "Path and query of the WebSocket, as it will be opened but for the ticket. The order of"
                        + " differently named parameters does not matter.",
                example = "/v1/ws/local:web?cols=80&rows=24",
                requiredMode = Schema.RequiredMode.REQUIRED)
        @Nullable
        String target) {}
