package dev.roadstead.bench;

import io.netty.channel.unix.DomainSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;

/**
 * What is asked.
 *
 * @param base {@code unix:///path} or {@code http://host:port}
 * @param credentials {@code user:password}; null: none
 */
record Target(URI base, String path, @Nullable String credentials) {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

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

    /**
     * Asks until the answer is a 200.
     *
     * @param alive whether who should answer is still there
     * @return false: there was none within that time, or nobody is there to give it
     */
    boolean answersWithin(Duration patience, BooleanSupplier alive) {
        return Boolean.TRUE.equals(configure(HttpClient.newConnection())
                .get()
                .uri(path)
                .responseSingle((response, body) -> Mono.just(response.status().code()))
                .onErrorReturn(0)
                .repeatWhen(looks -> looks.takeWhile(_ -> alive.getAsBoolean()).delayElements(BETWEEN_LOOKS))
                .any(status -> status == 200)
                .timeout(patience, Mono.just(false))
                .block());
    }
}
