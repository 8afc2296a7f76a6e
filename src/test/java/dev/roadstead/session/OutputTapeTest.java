package dev.roadstead.session;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.roadstead.container.OutputStreamName;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A tape gives back what was put on it, at the offsets at which it came, as far as it is kept. */
class OutputTapeTest {
    private static final long NOBODY_READS = Long.MAX_VALUE;
    private static final int KEEP = 1000;

    private final OutputTape tape = new OutputTape(KEEP);

    @Test
    void whatIsPutOnItIsReadInOrderWithItsStreamAndOffset() {
        tape.append(OutputStreamName.STDOUT, bytes("one"), NOBODY_READS);
        tape.append(OutputStreamName.STDOUT, bytes("two"), NOBODY_READS);
        tape.append(OutputStreamName.STDERR, bytes("bad"), NOBODY_READS);
        tape.append(OutputStreamName.STDOUT, bytes("three"), NOBODY_READS);

        assertThat(told(0)).isEqualTo("STDOUT@0 onetwo");
        assertThat(told(6)).isEqualTo("STDERR@6 bad");
        assertThat(told(9)).isEqualTo("STDOUT@9 three");
        assertThat(tape.read(14)).isNull();
    }

    @Test
    void readingMayBeginInTheMiddle() {
        tape.append(OutputStreamName.STDOUT, bytes("onetwo"), NOBODY_READS);

        assertThat(told(2)).isEqualTo("STDOUT@2 etwo");
    }

    @Test
    void atLeastTheBoundIsKeptAndNotMuchMore() {
        for (int i = 0; i < 100; i++) {
            tape.append(i % 2 == 0 ? OutputStreamName.STDOUT : OutputStreamName.STDERR, new byte[100], NOBODY_READS);
        }

        assertThat(tape.next()).isEqualTo(10_000);
        assertThat(tape.next() - tape.oldest()).isBetween((long) KEEP, KEEP + 100L);
        assertThatThrownBy(() -> tape.read(tape.oldest() - 1)).isInstanceOf(ReplayGoneException.class);
    }

    @Test
    void whatSomebodyStillHasToReadIsKept() {
        assertThat(tape.isFull(0)).isFalse();
        tape.append(OutputStreamName.STDOUT, new byte[KEEP], 0);
        assertThat(tape.isFull(0)).isTrue();
        assertThat(tape.isFull(1)).isFalse();
        tape.append(OutputStreamName.STDERR, new byte[KEEP], 0);
        assertThat(tape.oldest()).isZero();

        tape.append(OutputStreamName.STDOUT, new byte[1], KEEP);
        assertThat(tape.oldest()).isEqualTo(KEEP);
    }

    @Test
    void outputsThatAlternateByteByByteAreBoundedToo() {
        OutputTape large = new OutputTape(1 << 20);
        for (int i = 0; i < 100_000; i++) {
            large.append(i % 2 == 0 ? OutputStreamName.STDOUT : OutputStreamName.STDERR, new byte[] {1}, NOBODY_READS);
        }

        assertThat(large.next() - large.oldest()).isBetween(1L, 16_384L);
        assertThat(large.isFull(large.oldest())).isTrue();
        assertThat(large.isFull(large.next())).isFalse();
    }

    @Test
    void whateverTheSizesTheBytesAreTheSame() {
        Random random = new Random(7);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        OutputTape large = new OutputTape(1 << 20);
        while (all.size() < 900_000) {
            byte[] piece = new byte[1 + random.nextInt(random.nextBoolean() ? 40 : 100_000)];
            random.nextBytes(piece);
            all.writeBytes(piece);
            large.append(OutputStreamName.STDOUT, piece, NOBODY_READS);
        }

        ByteArrayOutputStream read = new ByteArrayOutputStream();
        for (var piece = large.read(0); piece != null; piece = large.read(read.size())) {
            assertThat(piece.offset()).isEqualTo(read.size());
            assertThat(piece.data()).hasSizeBetween(1, OutputTape.MOST_READ);
            read.writeBytes(piece.data());
        }
        assertThat(read.toByteArray()).isEqualTo(all.toByteArray());
    }

    private String told(long from) {
        SessionEvent.Output output = Objects.requireNonNull(tape.read(from));
        return "%s@%d %s".formatted(output.stream(), output.offset(), new String(output.data(), UTF_8));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
