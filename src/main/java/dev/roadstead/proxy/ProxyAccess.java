package dev.roadstead.proxy;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Who may use engines' own APIs. */
public interface ProxyAccess {
    /**
     * Checks a caller's credentials; without blocking, at once if they are known.
     *
     * @param authorization the header; null: none came
     * @param from where the caller is; null: on this machine
     * @return the user's name if that one is an administrator; fails if not
     */
    Mono<String> authenticate(@Nullable String authorization, @Nullable InetAddress from);

    /**
     * Whether another site's page makes a browser send it.
     *
     * @param changes whether it may change anything
     * @param webSocket whether it opens a WebSocket, which pages of allowed sites may
     */
    boolean isForeign(
            boolean changes, boolean webSocket, @Nullable String host, @Nullable String origin, @Nullable String site);
}
