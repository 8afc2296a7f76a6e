package dev.roadstead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What two readers could take for two things is refused. */
class RequestHeadTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1|Host: a|Host: b",
                "GET / HTTP/1.1|Accept: */*",
                "GET / HTTP/1.1|Host: a|Content-Length: 1|Content-Length: 2",
                "GET / HTTP/1.1|Host: a|Content-Length: 1|Content-Length: 1",
                "GET / HTTP/1.1|Host: a|Content-Length: 1, 1",
                "GET / HTTP/1.1|Host: a|Content-Length: +1",
                "GET / HTTP/1.1|Host: a|Content-Length: 0x1",
                "GET / HTTP/1.1|Host: a|Content-Length:",
                "GET / HTTP/1.1|Host: a|Content-Length: 9999999999999999999",
                "GET / HTTP/1.1|Host: a|Content-Length: 1|Transfer-Encoding: chunked",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Content-Length: 1",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Transfer-Encoding: chunked",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: gzip, chunked",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: identity",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: \u000bchunked",
                "GET / HTTP/1.0|Host: a|Transfer-Encoding: chunked",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding : chunked",
                "GET / HTTP/1.1|Host: a| folded",
                "GET / HTTP/1.1| Host: a",
                "GET / HTTP/1.1|Host: a|X-A: b\u0000c",
                "GET / HTTP/1.1|Host: a|X-A: b\rc",
                "GET / HTTP/1.1|Host: a|X-A: b\u007fc",
                "GET / HTTP/1.1|Host: a|X A: b",
                "GET / HTTP/1.1|Host: a|: b",
                "GET / HTTP/1.1|Host: a|no colon",
                "GET / HTTP/1.1|Host: a|Authorization: Basic a|Authorization: Basic b",
                "GET / HTTP/1.1|Host: a|Upgrade: tcp|Upgrade: h2c|Connection: upgrade",
                "GET / HTTP/1.1|Host: a|Content-Length: 1|Connection: content-length",
                "GET / HTTP/1.1|Host: a|Transfer-Encoding: chunked|Connection: Transfer-Encoding",
                "GET  / HTTP/1.1|Host: a",
                "GET / HTTP/1.1 |Host: a",
                "GET / HTTP/2.0|Host: a",
                "GET / http/1.1|Host: a",
                "GET /",
                "GET /a b HTTP/1.1|Host: a",
                "GET /a\tb HTTP/1.1|Host: a",
                "GET /a#b HTTP/1.1|Host: a",
                "GET /\u00e4 HTTP/1.1|Host: a",
                "G\u0001T / HTTP/1.1|Host: a",
                " GET / HTTP/1.1|Host: a",
                "CONNECT a:1 HTTP/1.1|Host: a",
                "TRACE / HTTP/1.1|Host: a"
            })
    void whatIsAmbiguousIsRefused(String lines) {
        assertThatThrownBy(() -> read(lines)).isInstanceOf(MalformedMessage.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET / HTTP/1.1\nHost: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "\nGET / HTTP/1.1\r\n"})
    void aLineThatEndsWithoutReturnIsFoundAtOnce(String text) {
        ByteBuf held = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);

        assertThat(HeadLines.end(held, 0, 0)).isEqualTo(HeadLines.BARE_FEED);
    }

    @Test
    void theEndIsFoundHoweverTheHeadComes() {
        byte[] whole = "GET / HTTP/1.1\r\nHost: a\r\n\r\nmore".getBytes(StandardCharsets.ISO_8859_1);
        ByteBuf held = Unpooled.buffer();
        int looked = 0;
        int end = -1;
        for (int at = 0; at < whole.length && end < 0; at++) {
            held.writeByte(whole[at]);
            end = HeadLines.end(held, 0, looked);
            looked = held.writerIndex();
        }

        assertThat(end).isEqualTo(whole.length - "more".length());
    }

    @Test
    void aHeadHasABoundAlsoIfItComesAtOnce() {
        String line = "X: " + "y".repeat(HeadLines.MOST_BYTES) + "\r\n";

        for (String end : new String[] {"", "\r\n"}) {
            ByteBuf held = Unpooled.copiedBuffer("GET / HTTP/1.1\r\n" + line + end, StandardCharsets.ISO_8859_1);
            assertThat(HeadLines.end(held, 0, 0)).isEqualTo(HeadLines.TOO_LONG);
        }
    }

    @Test
    void onlyWhatIsTheEnginesBusinessIsPassedOn() throws MalformedMessage {
        RequestHead head =
                read("POST /x?y HTTP/1.1|Host: a|Authorization: Basic c|Connection: keep-alive, X-Hop|X-Hop: 1"
                        + "|Keep-Alive: 5|TE: trailers|Proxy-Authorization: d|HTTP2-Settings: e|X-HTTP-Method-Override: PUT"
                        + "|Content-Type: text/plain|Trailer: X-T|Transfer-Encoding: chunked|X-Request-Id: r");
        ByteBuf out = Unpooled.buffer();
        head.writeLines(out, head.isUpgrade());

        assertThat(out.toString(StandardCharsets.ISO_8859_1))
                .isEqualTo(
                        "Content-Type: text/plain\r\nTrailer: X-T\r\nTransfer-Encoding: chunked\r\nX-Request-Id: r\r\n");
        assertThat(head.authorization()).isEqualTo("Basic c");
        assertThat(head.requestId()).isEqualTo("r");
        assertThat(head.path()).isEqualTo("/x");
    }

    @Test
    void anUpgradeIsPassedOnOnlyIfConnectionNamesIt() throws MalformedMessage {
        RequestHead asked = read("POST / HTTP/1.1|Host: a|Connection: Upgrade|Upgrade: tcp");
        ByteBuf out = Unpooled.buffer();
        asked.writeLines(out, asked.isUpgrade());
        assertThat(out.toString(StandardCharsets.ISO_8859_1)).isEqualTo("Connection: Upgrade\r\nUpgrade: tcp\r\n");

        assertThat(read("POST / HTTP/1.1|Host: a|Upgrade: tcp").isUpgrade()).isFalse();
        assertThat(read("POST / HTTP/1.0|Host: a|Connection: Upgrade|Upgrade: tcp")
                        .isUpgrade())
                .isFalse();
    }

    @Test
    void onlyWhatDoesNoMoreTheSecondTimeIsRepeated() throws MalformedMessage {
        assertThat(read("GET / HTTP/1.1|Host: a").isRepeatable()).isTrue();
        assertThat(read("DELETE / HTTP/1.1|Host: a|Content-Length: 0").isRepeatable())
                .isTrue();
        assertThat(read("POST / HTTP/1.1|Host: a").isRepeatable()).isFalse();
        assertThat(read("PUT / HTTP/1.1|Host: a|Content-Length: 3").isRepeatable())
                .isFalse();
        assertThat(read("GET / HTTP/1.1|Host: a|Connection: upgrade|Upgrade: websocket")
                        .isRepeatable())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/engines/local/proxy",
                "/v1/engines/local/proxy/",
                "/v1/engines/local/proxy?x=1",
                "/v1/engines/local/proxy/v1.41/containers/a%2Fb/json"
            })
    void theFirstLineTellsWhatIsForAnEngine(String target) throws MalformedMessage {
        RequestHead head = read("GET %s HTTP/1.1|Host: a".formatted(target));
        ProxyDoor.Destination found = Objects.requireNonNull(new ProxyDoor.Shared(null).destination(head));

        assertThat(found.engine()).isEqualTo("local");
        assertThat(head.text(found.targetFrom(), head.targetTo))
                .isEqualTo(target.substring("/v1/engines/local/proxy".length()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/engines/local/proxyx",
                "/v1/engines/local/ping",
                "/v1/engines//proxy/",
                "/v1/engines/LOCAL/proxy/",
                "/v1/engines/a%2fb/proxy/",
                "/v1/%65ngines/local/proxy/",
                "//v1/engines/local/proxy/",
                "http://a/v1/engines/local/proxy/"
            })
    void everythingElseIsForOthers(String target) throws MalformedMessage {
        assertThat(new ProxyDoor.Shared("engines.test").destination(read("GET %s HTTP/1.1|Host: a".formatted(target))))
                .isNull();
    }

    @Test
    void theNameOfTheHostTellsItToo() throws MalformedMessage {
        ProxyDoor door = new ProxyDoor.Shared("engines.test");

        ProxyDoor.Destination found =
                Objects.requireNonNull(door.destination(read("GET /info HTTP/1.1|Host: Local.Engines.test:8080")));
        assertThat(found.engine()).isEqualTo("local");
        assertThat(found.ownAddress()).isTrue();
        assertThat(door.destination(read("GET /info HTTP/1.1|Host: engines.test")))
                .isNull();
        assertThat(door.destination(read("GET /info HTTP/1.1|Host: a.b.engines.test")))
                .isNull();
        assertThat(door.destination(read("GET /info HTTP/1.1|Host: localxengines.test")))
                .isNull();
    }

    private static RequestHead read(String lines) throws MalformedMessage {
        String text = lines.replace("|", "\r\n") + "\r\n\r\n";
        return RequestHead.line(text.getBytes(StandardCharsets.ISO_8859_1)).whole();
    }
}
