package dev.roadstead.transport;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import reactor.core.publisher.Mono;

/** Opens WebSockets on connections that calls take over (RFC 6455 section 4). */
final class WebSockets {
    /** RFC 6455 section 1.3. */
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private static final int KEY_BYTES = 16;

    private final Hijacks hijacks;
    private final Failures failures;

    WebSockets(Hijacks hijacks, Failures failures) {
        this.hijacks = hijacks;
        this.failures = failures;
        // Loads the algorithm here, where threads may wait, not on event loops.
        var _ = accepted("");
    }

    Mono<WebSocketAnswer> open(EngineRequest request) {
        return open(request, WebSocketStream.PING_EVERY, WebSocketStream.LONGEST_SILENCE);
    }

    /**
     * Opens one.
     *
     * @param pings how often the engine is asked whether it is there
     * @param silence after which the link is taken for dead
     */
    Mono<WebSocketAnswer> open(EngineRequest request, Duration pings, Duration silence) {
        return Mono.defer(() -> {
            String key = key();
            EngineRequest upgrade = request.header("Upgrade", "websocket")
                    .header("Sec-WebSocket-Version", "13")
                    .header("Sec-WebSocket-Key", key);
            return hijacks.open(upgrade)
                    .map(answer -> switch (answer) {
                        case Hijack.Granted granted -> opened(granted, accepted(key), pings, silence);
                        case Hijack.Refused refused -> new WebSocketAnswer.Refused(refused.reply());
                    })
                    .doOnDiscard(
                            WebSocketAnswer.Open.class, open -> open.stream().close());
        });
    }

    private WebSocketAnswer opened(Hijack.Granted granted, String accepted, Duration pings, Duration silence) {
        List<String> told = granted.headers().get("sec-websocket-accept");
        if (told == null || !told.contains(accepted)) {
            granted.stream().close();
            throw failures.nonsense("it switched to something that is no WebSocket", null);
        }
        return new WebSocketAnswer.Open(new WebSocketStream(granted.stream(), failures, pings, silence));
    }

    private static String key() {
        byte[] nonce = new byte[KEY_BYTES];
        ThreadLocalRandom.current().nextBytes(nonce);
        return Base64.getEncoder().encodeToString(nonce);
    }

    private static String accepted(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-1", impossible);
        }
    }
}
