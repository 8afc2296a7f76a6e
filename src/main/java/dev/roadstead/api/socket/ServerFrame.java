package dev.roadstead.api.socket;

import dev.roadstead.api.problem.Problem;
import dev.roadstead.container.OutputStreamName;
import org.jspecify.annotations.Nullable;

/** What the gateway says. */
public sealed interface ServerFrame {
    /** The most bytes of data that one frame carries. */
    int MOST_DATA = 64 << 10;

    /**
     * Bytes that a process wrote, at most {@link #MOST_DATA}.
     *
     * @param offset of the first one
     */
    @SuppressWarnings("ArrayRecordComponent") // streamed, never compared
    record Output(OutputStreamName stream, byte[] data, long offset) implements ServerFrame {}

    /** Everything that is not bytes: JSON in both forms. */
    sealed interface Control extends ServerFrame {
        /** The frame's {@code type}. */
        String type();
    }

    /**
     * The first of a terminal's frames, and once more when a log turns into a shell.
     *
     * @param execId the session; null for the main process, which has none
     * @param writer whether this client may write
     * @param tty whether there is a terminal
     * @param offset of the byte of output that comes next
     */
    record Started(@Nullable String execId, boolean writer, boolean tty, long offset) implements Control {
        @Override
        public String type() {
            return "started";
        }
    }

    /**
     * The process has ended; nothing follows.
     *
     * @param code null if the engine does not know it
     */
    record Exit(@Nullable Integer code) implements Control {
        @Override
        public String type() {
            return "exit";
        }
    }

    /** Something failed; the conversation goes on unless that is fatal. */
    record Failure(Problem error, boolean fatal) implements Control {
        @Override
        public String type() {
            return "error";
        }
    }

    /**
     * An item of a stream.
     *
     * @param body what is written beside the type, its own members first in line; must become a JSON object without a {@code type}
     */
    record Item(String type, Object body) implements Control {}
}
