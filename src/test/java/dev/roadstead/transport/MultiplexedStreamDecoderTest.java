package dev.roadstead.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.MultiplexedStreamDecoder.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MultiplexedStreamDecoderTest {
    private final MultiplexedStreamDecoder decoder = new MultiplexedStreamDecoder("local");

    @Test
    void framesAreToldApart() {
        assertThat(told(decoder.feed(concat(frame(1, "out"), frame(2, "err"), frame(1, "more")))))
                .containsExactly("1:out|", "2:err|", "1:more|");
        decoder.finish();
    }

    @Test
    void everyCutGivesTheSame() {
        byte[] stream = concat(frame(1, "hello\n"), frame(2, ""), frame(2, "oops\n"), frame(1, "x"));
        for (int size = 1; size <= stream.length; size++) {
            assertThat(gathered(stream, size)).isEqualTo("1:hello\n|2:|2:oops\n|1:x|");
        }
    }

    @Test
    void randomCutsGiveTheSame() {
        Random random = new Random(42);
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 200; i++) {
            byte[] payload = new byte[random.nextInt(5000)];
            random.nextBytes(payload);
            stream.writeBytes(frame(1 + i % 2, payload));
            expected.writeBytes(payload);
        }
        byte[] all = stream.toByteArray();
        ByteArrayOutputStream seen = new ByteArrayOutputStream();
        int ends = 0;
        for (int at = 0; at < all.length; ) {
            int to = Math.min(all.length, at + 1 + random.nextInt(3000));
            for (Frame frame : decoder.feed(Arrays.copyOfRange(all, at, to))) {
                seen.writeBytes(frame.data());
                ends += frame.frameEnd() ? 1 : 0;
            }
            at = to;
        }
        decoder.finish();
        assertThat(seen.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(ends).isEqualTo(200);
    }

    @Test
    void aHugeFrameIsHandedOnAsItComes() {
        byte[] head =
                ByteBuffer.allocate(8).put((byte) 1).putInt(4, 0xF000_0000).array();
        assertThat(decoder.feed(head)).isEmpty();
        for (int i = 0; i < 10; i++) {
            List<Frame> frames = decoder.feed(new byte[100_000]);
            assertThat(frames).hasSize(1);
            assertThat(frames.getFirst().data()).hasSize(100_000);
            assertThat(frames.getFirst().frameEnd()).isFalse();
        }
        breaksOff();
    }

    @Test
    void anEndInAHeaderIsBrokenOff() {
        decoder.feed(new byte[] {1, 0, 0});
        breaksOff();
    }

    @Test
    void anEndInAPayloadIsBrokenOff() {
        decoder.feed(Arrays.copyOf(frame(1, "hello"), 10));
        breaksOff();
    }

    @Test
    void anUnknownStreamIsNonsense() {
        assertThatThrownBy(() -> decoder.feed("plain text".getBytes(StandardCharsets.UTF_8)))
                .asInstanceOf(type(EngineException.Failed.class))
                .extracting(EngineException::code)
                .isEqualTo("ENGINE_NONSENSE");
    }

    private void breaksOff() {
        assertThatThrownBy(decoder::finish)
                .asInstanceOf(type(EngineException.Failed.class))
                .extracting(EngineException::code)
                .isEqualTo("ENGINE_BROKE_OFF");
    }

    private static String gathered(byte[] stream, int size) {
        MultiplexedStreamDecoder fresh = new MultiplexedStreamDecoder("local");
        StringBuilder all = new StringBuilder();
        boolean begins = true;
        for (int at = 0; at < stream.length; at += size) {
            for (Frame frame : fresh.feed(Arrays.copyOfRange(stream, at, Math.min(stream.length, at + size)))) {
                all.append(begins ? frame.stream() + ":" : "").append(new String(frame.data(), StandardCharsets.UTF_8));
                all.append(frame.frameEnd() ? "|" : "");
                begins = frame.frameEnd();
            }
        }
        fresh.finish();
        return all.toString();
    }

    private static List<String> told(List<Frame> frames) {
        List<String> all = new ArrayList<>();
        for (Frame frame : frames) {
            all.add("%d:%s%s"
                    .formatted(
                            frame.stream(),
                            new String(frame.data(), StandardCharsets.UTF_8),
                            frame.frameEnd() ? "|" : ""));
        }
        return all;
    }

    private static byte[] frame(int stream, String text) {
        return frame(stream, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] frame(int stream, byte[] payload) {
        return ByteBuffer.allocate(8 + payload.length)
                .put((byte) stream)
                .putInt(4, payload.length)
                .put(8, payload)
                .array();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
