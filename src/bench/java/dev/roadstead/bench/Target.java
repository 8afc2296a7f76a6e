package dev.roadstead.bench;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.client.HttpClient;

/**
 * What is asked.
 *
 * @param base {@code unix:///path} or {@code http://host:port}
 * @param credentials {@code user:password}; null: none
 */
record Target(URI base, String path, @Nullable String credentials) {

    /** The client that asks it. */
    HttpClient configure(HttpClient client) {
        HttpClient addressed = "unix".equals(base.getScheme())
                ? client.remoteAddress(() -> new DomainSocketAddress(base.getPath()))
                : client.host(base.getHost()).port(base.getPort());
        if (credentials == null) {
            return addressed;
        }
        String encoded = Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
        return addressed.headers(headers -> headers.set("Authorization", "Basic " + encoded));
    }

    /** The same place, another path. */
    Target at(String other) {
        return new Target(base, other, credentials);
    }

    /** One answer's text; fails if it is no success. */
    String read() {
        return configure(HttpClient.create())
                .get()
                .uri(path)
                .responseSingle((response, body) -> body.asString().map(text -> {
                    if (response.status().code() != 200) {
                        throw new IllegalStateException("%s: %s %s".formatted(path, response.status(), text));
                    }
                    return text;
                }))
                .blockOptional()
                .orElseThrow();
    }
}
