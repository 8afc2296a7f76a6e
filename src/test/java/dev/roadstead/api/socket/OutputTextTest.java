package dev.roadstead.api.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutputTextTest {
    @Test
    void wholeTextStaysWhole() {
        byte[] text = "grüße, 世界 🌍\n".getBytes(StandardCharsets.UTF_8);

        assertThat(OutputText.pieces(text)).containsExactly(new OutputText.Piece(0, text.length, true));
    }

    @Test
    void nothingGivesNothing() {
        assertThat(OutputText.pieces(new byte[0])).isEmpty();
    }

    @Test
    void aCharacterSplitAnywhereIsNeitherReplacedNorDelayedNorMakesTheRestUnreadable() {
        byte[] text = "aä€🌍z".getBytes(StandardCharsets.UTF_8);
        for (int cut = 1; cut < text.length; cut++) {
            byte[] before = Arrays.copyOf(text, cut);
            byte[] after = Arrays.copyOfRange(text, cut, text.length);

            assertThat(joined(before)).isEqualTo(before);
            assertThat(joined(after)).isEqualTo(after);
            // Only the split character's own bytes are no text.
            assertThat(OutputText.pieces(before).stream()
                            .filter(piece -> !piece.text())
                            .mapToInt(OutputText.Piece::length)
                            .sum())
                    .isLessThan(4);
            assertThat(OutputText.pieces(after).stream()
                            .filter(piece -> !piece.text())
                            .mapToInt(OutputText.Piece::length)
                            .sum())
                    .isLessThan(4);
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "c080", // overlong NUL
                "c1bf", // overlong DEL
                "e0809f", // overlong in three
                "e09fbf", // overlong in three, the largest
                "f0808080", // overlong in four
                "f08fbfbf", // overlong in four, the largest
                "eda080", // the first surrogate
                "edbfbf", // the last surrogate
                "f4908080", // beyond Unicode
                "f5808080", // a lead byte of no character
                "ff",
                "fe",
                "80808080", // continuation without a lead
                "c3c3a9", // a lead, and then another
                "e28241" // a character that another one breaks into
            })
    void whatIsNotUtf8IsNeverCalledText(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        ByteArrayOutputStream framed = new ByteArrayOutputStream();
        framed.writeBytes("before".getBytes(StandardCharsets.UTF_8));
        framed.writeBytes(bytes);
        framed.writeBytes("after".getBytes(StandardCharsets.UTF_8));

        assertThat(joined(bytes)).isEqualTo(bytes);
        assertThat(OutputText.pieces(framed.toByteArray()))
                .containsExactly(new OutputText.Piece(0, framed.size(), false));
    }

    @Test
    void anUnfinishedBeginningThatCannotBeFinishedIsNoSplitCharacter() {
        byte[] bytes = HexFormat.of().parseHex("41eda0");

        assertThat(OutputText.pieces(bytes)).containsExactly(new OutputText.Piece(0, 3, false));
    }

    @Test
    void everyThreeBytesArriveExactlyAndTextOnlyIfTheJdkReadsItToo() {
        byte[] bytes = new byte[3];
        for (int value = 0; value < 1 << 24; value += 7) {
            bytes[0] = (byte) (value >> 16);
            bytes[1] = (byte) (value >> 8);
            bytes[2] = (byte) value;
            check(bytes);
        }
    }

    @Test
    void everySequenceOfBytesAtTheBoundsArrivesExactly() {
        int[] bounds = {
            0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5
        };
        byte[] bytes = new byte[5];
        int most = (int) Math.pow(bounds.length, bytes.length);
        for (int number = 0; number < most; number++) {
            int rest = number;
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) bounds[rest % bounds.length];
                rest /= bounds.length;
            }
            check(bytes);
        }
    }

    private static void check(byte[] bytes) {
        List<OutputText.Piece> pieces = OutputText.pieces(bytes);
        int at = 0;
        for (OutputText.Piece piece : pieces) {
            if (piece.from() != at || piece.length() < 1 || (piece.text() && !isUtf8(bytes, piece))) {
                throw new AssertionError("%s: %s".formatted(HexFormat.of().formatHex(bytes), pieces));
            }
            at += piece.length();
        }
        boolean wholeText = isUtf8(bytes, new OutputText.Piece(0, bytes.length, true));
        if (at != bytes.length
                || (wholeText && (pieces.size() != 1 || !pieces.getFirst().text()))) {
            throw new AssertionError("%s: %s".formatted(HexFormat.of().formatHex(bytes), pieces));
        }
    }

    private static boolean isUtf8(byte[] bytes, OutputText.Piece piece) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, piece.from(), piece.length()));
            return true;
        } catch (CharacterCodingException not) {
            return false;
        }
    }

    private static byte[] joined(byte[] bytes) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (OutputText.Piece piece : OutputText.pieces(bytes)) {
            joined.write(bytes, piece.from(), piece.length());
        }
        return joined.toByteArray();
    }
}
