package dev.roadstead.security;

import java.net.InetSocketAddress;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.web.server.authentication.ServerAuthenticationConverter;
import org.springframework.security.web.server.authentication.ServerHttpBasicAuthenticationConverter;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** HTTP Basic: reads the header, and lets {@link VerifiedCredentials} check what is in it. */
public final class BasicAuthentication implements ServerAuthenticationConverter, ReactiveAuthenticationManager {
    private static final String ADMIN = "ROLE_ADMIN";

    private final ServerHttpBasicAuthenticationConverter header = new ServerHttpBasicAuthenticationConverter();
    private final VerifiedCredentials credentials;

    public BasicAuthentication(VerifiedCredentials credentials) {
        this.credentials = credentials;
    }

    /** What the header holds, with the caller's place as its details; empty without such a header. */
    @Override
    public Mono<Authentication> convert(ServerWebExchange exchange) {
        return header.convert(exchange).map(given -> {
            UsernamePasswordAuthenticationToken token =
                    UsernamePasswordAuthenticationToken.unauthenticated(given.getPrincipal(), given.getCredentials());
            InetSocketAddress remote = exchange.getRequest().getRemoteAddress();
            token.setDetails(FailedLogins.place(remote == null ? null : remote.getAddress()));
            return token;
        });
    }

    @Override
    public Mono<Authentication> authenticate(Authentication given) {
        return credentials
                .check(given.getName(), String.valueOf(given.getCredentials()), String.valueOf(given.getDetails()))
                .map(user -> UsernamePasswordAuthenticationToken.authenticated(
                        user, null, AuthorityUtils.createAuthorityList(ADMIN)));
    }
}
