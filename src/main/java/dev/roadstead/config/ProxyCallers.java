package dev.roadstead.config;

import dev.roadstead.api.access.Origins;
import dev.roadstead.proxy.ProxyAccess;
import dev.roadstead.security.BasicAuthentication;
import dev.roadstead.security.FailedLogins;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationCredentialsNotFoundException;
import org.springframework.security.authentication.ReactiveAuthenticationManager;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import reactor.core.publisher.Mono;

/** Callers of the proxy are those of the API: the same credentials, the same count of wrong ones. */
final class ProxyCallers implements ProxyAccess {
    private static final String SCHEME = "Basic ";
    private static final String ADMIN = "ROLE_ADMIN";

    private final ReactiveAuthenticationManager manager;
    private final Origins origins;

    ProxyCallers(BasicAuthentication manager, Origins origins) {
        this.manager = manager;
        this.origins = origins;
    }

    @Override
    public Mono<String> authenticate(@Nullable String authorization, @Nullable InetAddress from) {
        UsernamePasswordAuthenticationToken token = token(authorization);
        if (token == null) {
            return Mono.error(new AuthenticationCredentialsNotFoundException("no credentials"));
        }
        token.setDetails(FailedLogins.place(from));
        return manager.authenticate(token).map(ProxyCallers::administrator);
    }

    private static String administrator(Authentication caller) {
        if (caller.getAuthorities().stream().noneMatch(granted -> ADMIN.equals(granted.getAuthority()))) {
            throw new AccessDeniedException("not an administrator");
        }
        return caller.getName();
    }

    private static @Nullable UsernamePasswordAuthenticationToken token(@Nullable String authorization) {
        if (authorization == null || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        String pair;
        try {
            byte[] decoded = Base64.getDecoder()
                    .decode(authorization.substring(SCHEME.length()).strip());
            pair = new String(decoded, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return null;
        }
        int colon = pair.indexOf(':');
        return colon < 0
                ? null
                : UsernamePasswordAuthenticationToken.unauthenticated(
                        pair.substring(0, colon), pair.substring(colon + 1));
    }

    @Override
    public boolean isForeign(
            boolean changes, boolean webSocket, @Nullable String host, @Nullable String origin, @Nullable String site) {
        if ((origin == null && site == null) || !(changes || webSocket)) {
            return false;
        }
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.HOST, host);
        if (origin != null) {
            headers.set(HttpHeaders.ORIGIN, origin);
        }
        if (site != null) {
            headers.set("Sec-Fetch-Site", site);
        }
        return Origins.isForeign(headers) && (changes || !origins.isAllowed(headers));
    }
}
