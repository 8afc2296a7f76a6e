package dev.roadstead.adapter.lxd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.roadstead.engine.TestTar;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarReaderTest {
    private static final String LONG = "folder/" + "n".repeat(300) + "-ä.txt";

    private static byte[] tar() {
        return new TestTar()
                .folder("folder")
                .file("folder/a.txt", "hello\n".getBytes(StandardCharsets.UTF_8), 0640)
                .link("folder/link", "a.txt")
                .bytes();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 511, 512, 513, 100_000})
    void aTarIsReadHoweverItIsCut(int piece) {
        List<String> seen = new ArrayList<>();
        read(tar(), piece, seen);

        assertThat(seen)
                .containsExactly(
                        "FOLDER folder/ 0 ", "FILE folder/a.txt 6 ", "content hello\n", "LINK folder/link 0 a.txt");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 100_000})
    void aPackedTarIsReadHoweverItIsCut(int piece) {
        // Once: its entries bear the second they were made in.
        byte[] tar = tar();
        byte[] packed = TestTar.gzip(tar);
        ByteArrayOutputStream plain = new ByteArrayOutputStream();

        try (Unpacking unpacking = new Unpacking()) {
            for (byte[] part : cut(packed, piece)) {
                unpacking.feed(part).forEach(plain::writeBytes);
            }
            plain.writeBytes(unpacking.finish());
        }

        assertThat(plain.toByteArray()).isEqualTo(tar);
    }

    @Test
    void aPackedTarThatIsCutOffIsBroken() {
        byte[] packed = TestTar.gzip(tar());

        try (Unpacking unpacking = new Unpacking()) {
            unpacking.feed(Arrays.copyOf(packed, packed.length / 2)).forEach(_ -> {});
            assertThatIllegalArgumentException().isThrownBy(unpacking::finish);
        }
    }

    @Test
    void whatIsCutOffInAFileIsBroken() {
        TarReader reader = new TarReader();
        reader.feed(Arrays.copyOf(tar(), 512 + 512 + 3));

        assertThatIllegalArgumentException().isThrownBy(reader::finish);
    }

    @Test
    void noiseIsNoTar() {
        byte[] noise = new byte[512];
        Arrays.fill(noise, (byte) 'x');

        assertThatIllegalArgumentException().isThrownBy(() -> new TarReader().feed(noise));
    }

    @Test
    void whatIsWrittenIsRead() {
        TarItem item = new TarItem(
                LONG, TarItem.Kind.FILE, 3, 04755, 3_000_000, 70_000, Instant.ofEpochSecond(1_700_000_000), "");
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.writeBytes(item.header());
        tar.writeBytes(new byte[] {1, 2, 3});
        tar.writeBytes(item.padding());
        tar.writeBytes(TarItem.end());

        assertThat(new TarReader().feed(tar.toByteArray()).getFirst()).isEqualTo(new TarReader.Part.Start(item));
        assertThat(TestTar.read(tar.toByteArray())).containsExactly(Map.entry(LONG, new byte[] {1, 2, 3}));
    }

    private static void read(byte[] tar, int piece, List<String> seen) {
        TarReader reader = new TarReader();
        StringBuilder content = new StringBuilder();
        for (byte[] part : cut(tar, piece)) {
            for (TarReader.Part read : reader.feed(part)) {
                switch (read) {
                    case TarReader.Part.Start start -> {
                        told(content, seen);
                        TarItem item = start.item();
                        seen.add("%s %s %d %s".formatted(item.kind(), item.name(), item.size(), item.target()));
                    }
                    case TarReader.Part.Content bytes ->
                        content.append(new String(bytes.bytes(), StandardCharsets.UTF_8));
                }
            }
        }
        told(content, seen);
        reader.finish();
    }

    private static void told(StringBuilder content, List<String> seen) {
        if (!content.isEmpty()) {
            seen.add("content " + content);
            content.setLength(0);
        }
    }

    private static List<byte[]> cut(byte[] whole, int piece) {
        List<byte[]> pieces = new ArrayList<>();
        for (int at = 0; at < whole.length; at += piece) {
            pieces.add(Arrays.copyOfRange(whole, at, Math.min(whole.length, at + piece)));
        }
        return pieces;
    }
}
