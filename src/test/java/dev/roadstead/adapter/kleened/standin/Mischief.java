package dev.roadstead.adapter.kleened.standin;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A bad day of the daemon, which comes once at the next request or WebSocket of a path. */
public enum Mischief {
    /** A request is answered with a stack trace and 500; a WebSocket ends with 1011 and an empty reason. */
    CRASH,
    /** A request is answered with a stack trace as HTML, whatever the client accepts. */
    CRASH_HTML,
    /** Nothing is answered, for ever. */
    HANG,
    /** The connection is dropped instead of an answer. */
    DROP,
    /** A request is answered with 200 and something that is not JSON. */
    NOT_JSON,
    /** The WebSocket is dropped when the first output would go out. */
    DROP_IN_OUTPUT,
    /** The WebSocket ends with 1000 and an empty reason when the program ends. */
    CLOSE_WITHOUT_JSON,
    /** The WebSocket ends with 1000 and a reason that is not JSON when the program ends. */
    CLOSE_WITH_OTHER_TEXT,
    /** The WebSocket is dropped without a close frame when the program ends. */
    DROP_AT_END;

    /** What one WebSocket does. */
    record Of(@Nullable Mischief kind) {
        /** Whether it did something instead of the work. */
        boolean instead(WebSocketLink link) {
            if (kind == CRASH || kind == CRASH_HTML) {
                link.close(1011, new byte[0]);
            } else if (kind == DROP) {
                link.drop();
            } else {
                return kind == HANG;
            }
            return true;
        }

        boolean inOutput(WebSocketLink link) {
            if (kind == DROP_IN_OUTPUT) {
                link.drop();
                return true;
            }
            return false;
        }

        boolean atEnd(WebSocketLink link) {
            if (kind == CLOSE_WITHOUT_JSON) {
                link.close(1000, new byte[0]);
            } else if (kind == CLOSE_WITH_OTHER_TEXT) {
                link.close(1000, "bye".getBytes(StandardCharsets.UTF_8));
            } else if (kind == DROP_AT_END) {
                link.drop();
            } else {
                return false;
            }
            return true;
        }
    }
}
