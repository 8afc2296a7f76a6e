package dev.roadstead.transport;

/** How an engine answers a call that wants the connection for itself. */
public sealed interface Hijack {
    /** It switched: the connection is the caller's. */
    record Granted(HijackedStream stream) implements Hijack {}

    /** It answered as to any other call, at most the first MiB of which is kept. */
    record Refused(EngineReply reply) implements Hijack {}
}
