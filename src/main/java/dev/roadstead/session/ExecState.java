package dev.roadstead.session;

import dev.roadstead.container.Cuid;
import dev.roadstead.engine.EngineName;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a session.
 *
 * @param exitCode null while it runs, or if it will never be known
 * @param ended why it was ended from here; null if it was not
 * @param failure why its exit code will never be known; null if it is, or may be
 * @param finishedAt null while it runs
 * @param oldest offset of the first byte of output that is still kept
 * @param next offset of the next byte that comes: how many came so far
 */
public record ExecState(
        String id,
        EngineName engine,
        Cuid cuid,
        List<String> command,
        @Nullable String user,
        boolean tty,
        Status status,
        @Nullable Integer exitCode,
        @Nullable Ended ended,
        @Nullable Throwable failure,
        Instant startedAt,
        @Nullable Instant finishedAt,
        long oldest,
        long next) {
    public ExecState {
        command = List.copyOf(command);
    }

    /** Where it stands. */
    public enum Status {
        RUNNING,
        EXITED,
        /** The engine broke off: what became of the process is not known. */
        FAILED;

        /** The word in the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why the gateway ended a process. */
    public enum Ended {
        /** Its writer closed it. */
        CLOSED,
        /** Its timeout ran out. */
        TIMEOUT,
        /** Nobody came back after the connection was lost. */
        LEASE_EXPIRED,
        /** Somebody asked for it. */
        CANCELLED,
        /** The gateway stopped. */
        SHUTDOWN;

        /** The word in the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
