package dev.roadstead.transport;

/** How an engine answers a call that wants a WebSocket. */
public sealed interface WebSocketAnswer {
    /** It is open. Whoever gets it closes it. */
    record Open(WebSocketStream stream) implements WebSocketAnswer {}

    /** It answered as to any other call, at most the first MiB of which is kept. */
    record Refused(EngineReply reply) implements WebSocketAnswer {}
}
