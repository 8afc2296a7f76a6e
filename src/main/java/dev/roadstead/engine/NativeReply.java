package dev.roadstead.engine;

import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;

/**
 * What an engine answers in its own API, of whatever status. Whoever gets one closes it.
 *
 * @param headers names in lower case
 * @param body pulled, at most one subscriber; its end or cancellation gives the connection up
 * @param closing gives the connection up; harmless afterwards
 */
public record NativeReply(int status, Map<String, List<String>> headers, Flux<byte[]> body, Runnable closing) {
    /** Gives the connection up. */
    public void close() {
        closing.run();
    }
}
