package dev.roadstead.transport;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * The head of an answer, and its body still to be pulled. Whoever gets one closes it; one that nobody reads within the idle timeout is
 * given up.
 *
 * @param headers names in lower case
 * @param body at most one subscriber; its end or cancellation gives the connection up
 * @param closing gives the connection up; harmless afterwards
 */
public record StreamedReply(int status, Map<String, List<String>> headers, Flux<byte[]> body, Runnable closing) {
    /** The first value of a header; null if there is none. */
    public @Nullable String header(String lowerCaseName) {
        List<String> values = headers.get(lowerCaseName);
        return values == null || values.isEmpty() ? null : values.getFirst();
    }

    /** Whether the status is 2xx. */
    public boolean isSuccess() {
        return status / 100 == 2;
    }

    /** Gives the connection up. */
    public void close() {
        closing.run();
    }
}
