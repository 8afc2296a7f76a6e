package dev.roadstead.transport;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A whole answer, of whatever status.
 *
 * @param headers names in lower case
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record EngineReply(int status, Map<String, List<String>> headers, byte[] body) {
    /** The first value of a header; null if there is none. */
    public @Nullable String header(String lowerCaseName) {
        List<String> values = headers.get(lowerCaseName);
        return values == null || values.isEmpty() ? null : values.getFirst();
    }

    /** Whether the status is 2xx. */
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** The body as UTF-8. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
