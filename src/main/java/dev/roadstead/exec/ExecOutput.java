package dev.roadstead.exec;

import dev.roadstead.container.OutputStreamName;

/** Bytes that a process wrote. The array is never changed after construction. */
@SuppressWarnings("ArrayRecordComponent") // chunks are streamed, never compared
public record ExecOutput(OutputStreamName stream, byte[] data) {}
