package dev.roadstead.api.ticket;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import dev.roadstead.security.FailedLogins;
import dev.roadstead.security.Ticket;
import dev.roadstead.security.TicketParameter;
import dev.roadstead.security.TicketTarget;
import dev.roadstead.security.Tickets;
import dev.roadstead.security.TooManyTicketsException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Gives tickets to those who have credentials, for the browser that cannot send them when it opens a WebSocket. */
@RestController
@RequestMapping("/v1/ws-tickets")
@Tag(name = "WebSockets", description = "Tickets for browsers. The WebSockets themselves: /asyncapi.yaml.")
public class TicketController {
    /** A longer one would not fit into the first line of a request together with its ticket. */
    private static final int LONGEST = 4_000;

    private static final String SOCKETS = "/v1/ws/";

    private final Tickets tickets;

    public TicketController(Tickets tickets) {
        this.tickets = tickets;
    }

    /** Gives one. */
    @Operation(
            summary = "Get a ticket for a WebSocket",
            description = "Browsers cannot set headers on a WebSocket. A ticket, as the parameter `ticket`, lets one"
                    + " handshake in, as the user who asked for it: once, within 30 seconds, and only on the target it"
                    + " was given for. It is used up when it is presented, whatever follows.")
    @ApiResponse(responseCode = "201", description = "The ticket.", useReturnTypeSchema = true)
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    public Mono<TicketView> issue(@RequestBody TicketRequest request, ServerWebExchange exchange) {
        return exchange.getPrincipal().map(Principal::getName).map(user -> {
            String target = request.target();
            if (target == null || target.isBlank()) {
                throw ProblemException.invalid("MISSING_TARGET", "target", target, "target is required");
            }
            Ticket ticket = issue(user, exchange.getRequest().getRemoteAddress(), bound(target));
            return new TicketView(ticket.value(), target, ticket.expiresAt());
        });
    }

    private Ticket issue(String user, @Nullable InetSocketAddress remote, String target) {
        try {
            return tickets.issue(user, FailedLogins.place(remote == null ? null : remote.getAddress()), target);
        } catch (TooManyTicketsException many) {
            ProblemException refused = new ProblemException(
                    ErrorKind.RATE_LIMITED,
                    "TOO_MANY_TICKETS",
                    String.valueOf(many.getMessage()),
                    Map.of("retry_after", many.retryAfter().toSeconds()));
            refused.initCause(many);
            throw refused;
        }
    }

    private static String bound(String target) {
        if (target.length() > LONGEST) {
            throw invalid("%s…".formatted(target.substring(0, 100)), "at most %d characters".formatted(LONGEST));
        }
        String bound;
        try {
            bound = TicketTarget.of(target);
        } catch (IllegalArgumentException unreadable) {
            ProblemException refused = invalid(target, String.valueOf(unreadable.getMessage()));
            refused.initCause(unreadable);
            throw refused;
        }
        if (!bound.startsWith(SOCKETS) || bound.length() == SOCKETS.length()) {
            throw invalid(target, "a path below " + SOCKETS);
        }
        if (TicketTarget.has(bound, TicketParameter.NAME)) {
            throw invalid(target, "no ticket: it is what you get");
        }
        return bound;
    }

    private static ProblemException invalid(String target, String expected) {
        return ProblemException.invalid(
                "INVALID_TARGET", "target", target, "target: %s (expected: %s)".formatted(target, expected));
    }
}
