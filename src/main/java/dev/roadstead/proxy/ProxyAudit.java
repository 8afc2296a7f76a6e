package dev.roadstead.proxy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Keeps what was done through engines' own APIs. Called once for each request when it is over, on an event loop: must not block. */
@FunctionalInterface
public interface ProxyAudit {
    /** The action of every entry. */
    String ACTION = "proxy";

    /**
     * One request.
     *
     * @param timestamp when it came
     * @param user null: nobody was let in
     * @param path as it was asked for, without its query
     * @param engine null: none was reached
     * @param cuid null: the path is the engine's own
     * @param status of the answer; 0: none was given
     * @param error the exact case, or how it ended; null: whole
     */
    record Entry(
            Instant timestamp,
            String requestId,
            @Nullable String user,
            String method,
            String path,
            @Nullable String engine,
            @Nullable String cuid,
            String action,
            int status,
            long durationMillis,
            @Nullable String error) {}

    /** Notes one. */
    void record(Entry entry);
}
