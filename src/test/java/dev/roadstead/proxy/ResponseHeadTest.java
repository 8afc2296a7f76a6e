package dev.roadstead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines' answers are read as strictly as requests. */
class ResponseHeadTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH",
                "HTTP/2 200 OK",
                "HTTP/1.1 2x0 OK",
                "HTTP/1.1 20 OK",
                "HTTP/1.1 099 OK",
                "HTTP/1.1 2000 OK",
                "HTTP/1.1 200 OK|Content-Length: 1|Content-Length: 2",
                "HTTP/1.1 200 OK|Content-Length: 1|Transfer-Encoding: chunked",
                "HTTP/1.1 200 OK|Transfer-Encoding: gzip",
                "HTTP/1.0 200 OK|Transfer-Encoding: chunked",
                "HTTP/1.1 200 OK|X: y| folded",
                "HTTP/1.1 200 OK|X: y\u0000z"
            })
    void whatIsAmbiguousIsRefused(String lines) {
        assertThatThrownBy(() -> read(lines, false)).isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, 200, 'Content-Length: 5', false, false",
        "GET, 200, 'Content-Length: 0', true, false",
        "GET, 200, 'Transfer-Encoding: chunked', false, false",
        "GET, 200, 'X: y', false, true",
        "HEAD, 200, 'Content-Length: 5', true, false",
        "GET, 204, 'X: y', true, false",
        "GET, 304, 'Content-Length: 5', true, false",
        "POST, 101, 'Upgrade: tcp', true, false"
    })
    void theBodyEndsAsTheStandardSays(String method, int status, String header, boolean none, boolean untilEnd)
            throws MalformedMessage {
        BodyFraming body =
                read("HTTP/1.1 %d X|%s".formatted(status, header), false).body(method);

        assertThat(body.isDone()).isEqualTo(none);
        assertThat(body.isUntilEnd()).isEqualTo(untilEnd);
    }

    @Test
    void anEngineSpeaksForItsOwnAddressOnly() throws MalformedMessage {
        String lines = "HTTP/1.1 200 OK|Set-Cookie: a=b|Access-Control-Allow-Origin: *|Strict-Transport-Security: x"
                + "|Connection: X-Hop|X-Hop: 1|Server: engine|X-Request-Id: theirs|Content-Length: 0";

        assertThat(written(read(lines, false))).isEqualTo("Server: engine\r\nContent-Length: 0\r\n");
        assertThat(written(read(lines, true)))
                .contains("Set-Cookie: a=b\r\n", "Access-Control-Allow-Origin: *\r\n")
                .doesNotContain("X-Hop", "theirs");
    }

    private static String written(ResponseHead head) {
        ByteBuf out = Unpooled.buffer();
        head.writeLines(out, false);
        return out.toString(StandardCharsets.ISO_8859_1);
    }

    private static ResponseHead read(String lines, boolean ownAddress) throws MalformedMessage {
        String text = lines.replace("|", "\r\n") + "\r\n\r\n";
        return ResponseHead.parse(text.getBytes(StandardCharsets.ISO_8859_1), ownAddress);
    }
}
