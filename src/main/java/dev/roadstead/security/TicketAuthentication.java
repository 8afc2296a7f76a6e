package dev.roadstead.security;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatcher;
import org.springframework.security.web.server.util.matcher.ServerWebExchangeMatchers;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Tickets on handshakes of WebSockets, and nowhere else. A ticket that is presented is used up, whatever follows; wrong ones count as
 * failed logins. Whoever presents one is judged by it alone, whatever other credentials come along.
 */
public final class TicketAuthentication
        implements ServerAuthenticationConverter, ReactiveAuthenticationManager, ServerWebExchangeMatcher {
    private static final String ADMIN = "ROLE_ADMIN";

    private final Tickets tickets;
    private final FailedLogins failures;
    private final ServerWebExchangeMatcher handshakes;

    /**
     * Knows these tickets.
     *
     * @param sockets pattern of the paths on which tickets are taken
     */
    public TicketAuthentication(Tickets tickets, FailedLogins failures, String sockets) {
        this.tickets = tickets;
        this.failures = failures;
        this.handshakes = ServerWebExchangeMatchers.pathMatchers(HttpMethod.GET, sockets);
    }

    /** Whether a request is a handshake with a ticket. */
    @Override
    public Mono<MatchResult> matches(ServerWebExchange exchange) {
        return Mono.deferContextual(
                context -> TicketParameter.of(context) == null ? MatchResult.notMatch() : handshakes.matches(exchange));
    }

    @Override
    public Mono<Authentication> convert(ServerWebExchange exchange) {
        return Mono.deferContextual(context -> {
            String ticket = TicketParameter.of(context);
            if (ticket == null) {
                return Mono.empty();
            }
            String target = TicketTarget.of(exchange.getRequest().getURI());
            UsernamePasswordAuthenticationToken token =
                    UsernamePasswordAuthenticationToken.unauthenticated(target, ticket);
            InetSocketAddress remote = exchange.getRequest().getRemoteAddress();
            token.setDetails(FailedLogins.place(remote == null ? null : remote.getAddress()));
            return Mono.just(token);
        });
    }

    @Override
    public Mono<Authentication> authenticate(Authentication presented) {
        return Mono.fromCallable(() -> {
            String user = user(
                    String.valueOf(presented.getCredentials()),
                    presented.getName(),
                    String.valueOf(presented.getDetails()));
            return UsernamePasswordAuthenticationToken.authenticated(
                    user, null, AuthorityUtils.createAuthorityList(ADMIN));
        });
    }

    private String user(String ticket, String target, String place) {
        Duration wait = failures.wait(place);
        // Else one who guesses could lock out everybody who shares the address.
        if (wait != null && (failures.isClosed(place) || !tickets.isFrom(ticket, place))) {
            failures.refuse(place);
            throw new TooManyAttemptsException("too many wrong credentials came from this address", wait);
        }
        String user = tickets.redeem(ticket, target);
        if (user == null) {
            if (failures.begin(place)) {
                failures.fail(place);
            }
            throw new WrongTicketException();
        }
        return user;
    }
}
