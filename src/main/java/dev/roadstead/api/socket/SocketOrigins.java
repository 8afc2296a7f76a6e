package dev.roadstead.api.socket;

import dev.roadstead.api.access.SameOrigin;
import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** Which pages may open a socket: browsers let any page try, and add remembered Basic credentials. */
public final class SocketOrigins {
    private final Set<String> allowed;

    /**
     * Our own pages, and these.
     *
     * @param allowed origins as browsers write them, e.g. {@code https://console.example.com}
     */
    public SocketOrigins(Set<String> allowed) {
        this.allowed =
                allowed.stream().map(origin -> origin.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    /** Refuses what another site makes a browser open. */
    void check(HttpHeaders headers) {
        if (SameOrigin.isForeign(headers) && !isAllowed(headers.getFirst(HttpHeaders.ORIGIN))) {
            throw new ProblemException(
                    ErrorKind.FORBIDDEN,
                    "FOREIGN_ORIGIN",
                    "a page of another site may not open a socket here",
                    Map.of("policy", "same_origin"));
        }
    }

    private boolean isAllowed(@Nullable String origin) {
        return origin != null && allowed.contains(origin.toLowerCase(Locale.ROOT));
    }
}
