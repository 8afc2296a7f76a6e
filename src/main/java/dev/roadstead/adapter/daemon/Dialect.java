package dev.roadstead.adapter.daemon;

import dev.roadstead.engine.EngineException;
import dev.roadstead.transport.EngineReply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How one kind of daemon speaks: its versions, and the meaning of its refusals. */
public interface Dialect {
    Faults faults();

    /** The path, without a version, that tells the versions it speaks. */
    String versionPath();

    /** Reads the answer to that; fails with {@code ENGINE_VERSION} if no version is common. */
    Agreement agree(EngineReply reply, DaemonSession session);

    /** What goes before each path. */
    String prefix(Agreement agreement);

    /** What an answer of 400 and above means.
     *
     * @param subject what the call was about, for people: {@code container abc}
     */
    EngineException refusal(DaemonCall call, String subject, EngineReply reply);

    /** What a status and the daemon's own text mean. */
    EngineException refusal(DaemonCall call, String subject, int status, @Nullable String message);

    /** Whether an answer's head, its names in lower case, tells that another version answers now than was agreed with. */
    default boolean isOutdated(Agreement agreement, Map<String, List<String>> headers) {
        return false;
    }
}
