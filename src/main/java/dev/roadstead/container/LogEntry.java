package dev.roadstead.container;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a container's log as the engine kept it: mostly a line with its newline, but a long line comes in several entries, only
 * the last of which ends in a newline, and with a terminal an entry may be any bytes.
 *
 * @param time when the engine got it, nanoseconds where it keeps them; null if {@link LogQuery#times()} was not asked for
 * @param data the bytes, without the engine's time prefix; never changed after construction
 */
@SuppressWarnings("ArrayRecordComponent") // entries are streamed, never compared
public record LogEntry(OutputStreamName stream, @Nullable Instant time, byte[] data) {}
