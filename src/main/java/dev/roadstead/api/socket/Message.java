package dev.roadstead.api.socket;

/** A whole WebSocket message. The payload is never changed after construction. */
@SuppressWarnings("ArrayRecordComponent") // sent and read, never compared
record Message(boolean text, byte[] payload) {}
