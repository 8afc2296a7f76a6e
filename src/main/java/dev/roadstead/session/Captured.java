package dev.roadstead.session;

/**
 * The output of a process as far as it is kept.
 *
 * @param truncated whether it began with more
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Captured(byte[] stdout, byte[] stderr, boolean truncated) {}
