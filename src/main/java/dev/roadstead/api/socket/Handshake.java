package dev.roadstead.api.socket;

import dev.roadstead.api.problem.ErrorKind;
import dev.roadstead.api.problem.ProblemException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/** What a client must send to get a WebSocket (RFC 6455, section 4.2.1), looked at before anything is begun for it. */
final class Handshake {
    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;

    private Handshake() {}

    /**
     * Refuses what is no handshake.
     *
     * @return whether the client offers the binary subprotocol
     */
    static boolean check(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        if (tokens(headers, HttpHeaders.UPGRADE).noneMatch("websocket"::equals)
                || tokens(headers, HttpHeaders.CONNECTION).noneMatch("upgrade"::equals)) {
            HttpHeaders answer = exchange.getResponse().getHeaders();
            answer.set(HttpHeaders.UPGRADE, "websocket");
            answer.set(HttpHeaders.CONNECTION, "Upgrade");
            throw new ProblemException(
                    ErrorKind.UPGRADE_REQUIRED, "UPGRADE_REQUIRED", "only WebSockets are served here", Map.of());
        }
        if (!VERSION.equals(headers.getFirst("Sec-WebSocket-Version"))) {
            exchange.getResponse().getHeaders().set("Sec-WebSocket-Version", VERSION);
            throw new ProblemException(
                    ErrorKind.UPGRADE_REQUIRED,
                    "UNKNOWN_WEBSOCKET_VERSION",
                    "only version 13 of the WebSocket protocol is spoken here",
                    Map.of());
        }
        String key = headers.getFirst("Sec-WebSocket-Key");
        if (!isKey(key)) {
            throw ProblemException.invalid(
                    "INVALID_SEC_WEBSOCKET_KEY", "Sec-WebSocket-Key", key, "Sec-WebSocket-Key: not 16 bytes in base64");
        }
        // As Netty chooses: the first header, case and all.
        String offered = headers.getFirst("Sec-WebSocket-Protocol");
        return offered != null
                && Arrays.stream(offered.split(",")).map(String::trim).anyMatch(BinaryFrames.NAME::equals);
    }

    private static boolean isKey(@Nullable String key) {
        if (key == null) {
            return false;
        }
        try {
            return Base64.getDecoder().decode(key.trim()).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    private static Stream<String> tokens(HttpHeaders headers, String name) {
        List<String> values = headers.getOrEmpty(name);
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(token -> token.trim().toLowerCase(Locale.ROOT));
    }
}
