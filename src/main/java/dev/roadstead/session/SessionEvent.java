package dev.roadstead.session;

import dev.roadstead.container.OutputStreamName;

/** What a viewer of a session is told, in the order in which it happened. */
public sealed interface SessionEvent {
    /**
     * Bytes that the process wrote, at most 64 KiB. The array is never changed.
     *
     * @param offset of the first byte, counted over both outputs together in sending order
     */
    @SuppressWarnings("ArrayRecordComponent") // streamed, never compared
    record Output(OutputStreamName stream, byte[] data, long offset) implements SessionEvent {}

    /** The process has ended; nothing follows. */
    record Exited(int code) implements SessionEvent {}

    /** Another one writes now; this viewer goes on reading. */
    record Overruled() implements SessionEvent {}
}
