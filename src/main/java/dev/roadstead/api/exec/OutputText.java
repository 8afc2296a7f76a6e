package dev.roadstead.api.exec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Bytes as a text in JSON.
 *
 * @param encoding {@code utf8}, or {@code base64} if they are not whole UTF-8
 */
record OutputText(String data, String encoding) {
    static OutputText of(byte[] bytes) {
        try {
            return new OutputText(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    "utf8");
        } catch (CharacterCodingException _) {
            return new OutputText(Base64.getEncoder().encodeToString(bytes), "base64");
        }
    }
}
