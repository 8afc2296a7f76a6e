package dev.roadstead.transport;

import java.util.List;
import java.util.Map;

/** How an engine answers a call that wants the connection for itself. */
public sealed interface Hijack {
    /**
     * It switched: the connection is the caller's.
     *
     * @param headers of the answer, names in lower case
     */
    record Granted(HijackedStream stream, Map<String, List<String>> headers) implements Hijack {}

    /** It answered as to any other call, at most the first MiB of which is kept. */
    record Refused(EngineReply reply) implements Hijack {}
}
