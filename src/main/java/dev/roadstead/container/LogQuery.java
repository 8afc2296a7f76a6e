package dev.roadstead.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a log is wanted.
 *
 * @param follow whether to go on with what comes
 * @param tail only this many last lines; null for all
 * @param since inclusive
 * @param until inclusive
 * @param times whether entries shall bear their time
 */
public record LogQuery(
        boolean follow,
        @Nullable Integer tail,
        @Nullable Instant since,
        @Nullable Instant until,
        boolean stdout,
        boolean stderr,
        boolean times) {
    /** Everything there is, without following. */
    public static final LogQuery ALL = new LogQuery(false, null, null, null, true, true, false);
}
