package dev.roadstead.api.socket;

import dev.roadstead.container.Signal;

/** What a client says. */
public sealed interface ClientFrame {
    /** Bytes for the process's input. */
    @SuppressWarnings("ArrayRecordComponent") // streamed, never compared
    record Stdin(byte[] data) implements ClientFrame {}

    /** The terminal's new size. */
    record Resize(int columns, int rows) implements ClientFrame {}

    /** A signal for the process. */
    record Signalled(Signal signal) implements ClientFrame {}

    /** Nothing follows on the process's input. */
    record Eof() implements ClientFrame {}

    /** The client leaves on purpose. */
    record Close() implements ClientFrame {}
}
