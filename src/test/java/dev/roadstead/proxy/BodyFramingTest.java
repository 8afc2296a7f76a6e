package dev.roadstead.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A body's end is found wherever the bytes are cut, and nothing but the standard's own framing is followed. */
class BodyFramingTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0\r\n\r\n",
                "5\r\nhello\r\n0\r\n\r\n",
                "A\r\n0123456789\r\n000\r\n\r\n",
                "5;a=b\r\nhello\r\n0;c\r\nX-Trailer: d\r\nX-More: e\r\n\r\n",
                "2\r\n\r\n\r\n0\r\n\r\n"
            })
    void theEndOfChunksIsFoundAtEveryCut(String body) throws MalformedMessage {
        for (int cut = 0; cut <= body.length(); cut++) {
            BodyFraming framing = BodyFraming.chunked();
            assertThat(framing.take(bytes(body.substring(0, cut)))).isEqualTo(cut);
            assertThat(framing.take(bytes(body.substring(cut) + "GET /")))
                    .isEqualTo(framing.isDone() && cut == body.length() ? 0 : body.length() - cut);
            assertThat(framing.isDone()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "g\r\n",
                "-1\r\n",
                "0x5\r\nhello\r\n",
                "5 \r\nhello\r\n",
                " 5\r\nhello\r\n",
                "5\nhello\r\n",
                "5\r\nhelloXX0\r\n\r\n",
                "5\r\nhello\n0\r\n\r\n",
                "5;a\nb\r\nhello\r\n",
                "5;a\rb\r\nhello\r\n",
                "1000000000000000\r\n",
                "0\r\n X: y\r\n\r\n",
                "0\r\nX: y\nZ: a\r\n\r\n",
                "0\r\nX: \u0000\r\n\r\n"
            })
    void otherFramingIsRefused(String body) {
        assertThatThrownBy(() -> BodyFraming.chunked().take(bytes(body))).isInstanceOf(MalformedMessage.class);
    }

    @Test
    void aLengthIsCounted() throws MalformedMessage {
        BodyFraming framing = BodyFraming.length(5);
        assertThat(framing.take(bytes("hel"))).isEqualTo(3);
        assertThat(framing.isDone()).isFalse();
        assertThat(framing.take(bytes("loGET /"))).isEqualTo(2);
        assertThat(framing.isDone()).isTrue();
        assertThat(BodyFraming.length(0).isDone()).isTrue();
    }

    @Test
    void withoutEitherEverythingIsTheBody() throws MalformedMessage {
        BodyFraming framing = BodyFraming.untilEnd();
        assertThat(framing.take(bytes("anything"))).isEqualTo(8);
        assertThat(framing.isDone()).isFalse();
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}
