package dev.roadstead.api.ticket;

import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;

/** A ticket. */
@Schema(name = "WebSocketTicket", description = "Lets one WebSocket be opened without other credentials, once.")
public record TicketView(
        @Schema(
                description = "Give this as the parameter ticket when opening the WebSocket.",
                example = "yPqVd8n0S1n6Jx2mE0zq3b5cHk9aLw4tUoRfXgYsB7Q")
        String ticket,

        @Schema(description = "What it is for.", example = "/v1/ws/local:web?cols=80&rows=24")
        String target,

        @Schema(description = "Until when it is good.", example = "2026-11-23T09:30:30Z")
        Instant expiresAt) {
    @Override
    public String toString() {
        return "TicketView[target=%s, expiresAt=%s]".formatted(target, expiresAt);
    }
}
