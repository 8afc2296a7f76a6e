package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import reactor.core.publisher.Mono;

/** The head of an answer, cut by the network wherever it likes. */
@ExtendWith(NoLeaks.class)
class HijackAnswerTest {
    private static final String SWITCHED = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nfirst";
    private static final String REFUSED = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone";
    private static final String CONTINUED = "HTTP/1.1 100 Continue\r\n\r\n" + SWITCHED;

    @Test
    void aSwitchIsUnderstoodWhereverItIsCut() {
        for (String answer : new String[] {SWITCHED, CONTINUED}) {
            for (int cut = 0; cut <= answer.length(); cut++) {
                assertThat(read(answer, cut)).as("cut at %d", cut).isEqualTo("first");
            }
        }
    }

    @Test
    void aRefusalIsUnderstoodWhereverItIsCut() {
        for (int cut = 0; cut <= REFUSED.length(); cut++) {
            assertThat(read(REFUSED, cut)).as("cut at %d", cut).isEqualTo("404 none");
        }
    }

    /** What was streamed after a switch, or the refusal. */
    private static String read(String answer, int cut) {
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        EmbeddedChannel channel = new EmbeddedChannel();
        Failures failures = new Failures("scripted");
        Mono<Hijack> answered = Mono.<Hijack>create(sink -> channel.pipeline()
                        .addLast(new HttpRequestEncoder(), new HttpResponseDecoder())
                        .addLast(new HijackAnswer(
                                sink,
                                failures,
                                (pulled, headers) -> new Hijack.Granted(
                                        new HijackedStream(channel, pulled, failures, Duration.ofDays(1)),
                                        java.util.Map.of()))))
                .cache();
        var _ = answered.toFuture();
        channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, 0, cut)));
        if (channel.isOpen()) {
            channel.writeInbound(Unpooled.wrappedBuffer(Arrays.copyOfRange(bytes, cut, bytes.length)));
        }
        channel.finishAndReleaseAll();
        Hijack told = answered.blockOptional(TestSettings.LONG).orElseThrow();
        return switch (told) {
            case Hijack.Refused refused ->
                refused.reply().status() + " " + refused.reply().text();
            case Hijack.Granted granted ->
                String.join(
                        "",
                        granted.stream()
                                .input()
                                .map(piece -> new String(piece, StandardCharsets.UTF_8))
                                .toIterable());
        };
    }
}
