package dev.roadstead.engine;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Something that not every engine can do. The word is stable and part of the API. */
public enum Capability {
    CONTAINERS,
    STOP_TIMEOUT,
    KILL,
    KILL_SIGNAL,
    RESTART,
    PAUSE,
    WAIT,
    RENAME,
    ID_PREFIX,
    LOGS,
    LOGS_FOLLOW,
    LOGS_BINARY,
    LOGS_PRECISE,
    LOGS_STDERR,
    STATS,
    TOP,
    CHANGES,
    ARCHIVE,
    ARCHIVE_STOPPED,
    EXPORT,
    COMMIT,
    CLONE,
    PRUNE,
    UPDATE_ENV,
    UPDATE_LABELS,
    UPDATE_RESOURCES,
    UPDATE_RESTART_POLICY,
    SNAPSHOTS,
    SNAPSHOT_STATEFUL,
    EXEC,
    EXEC_RESIZE,
    EXEC_SIGNAL,
    EXEC_EOF,
    EXEC_STDERR,
    ATTACH,
    DETACH,
    CONSOLE,
    EVENTS,
    EVENTS_HISTORY,
    EXIT_CODES,
    RUN_TIMES,
    IMAGES,
    IMAGE_HISTORY,
    PULL,
    IMAGE_TAG,
    IMAGE_LOAD,
    IMAGE_IMPORT,
    IMAGE_BUILD,
    VOLUMES,
    VOLUME_LABELS,
    NETWORKS,
    NETWORK_LABELS,
    NETWORK_CONNECT,
    PODS,
    TRUST,
    INFO,
    DISK_USAGE,
    LABELS,
    ENV_EMPTY,
    COMMAND,
    ENTRYPOINT,
    WORKING_DIR,
    USER,
    HOSTNAME,
    TTY,
    PORTS,
    MOUNT_BIND,
    MOUNT_VOLUME,
    MOUNT_TMPFS,
    RESOURCES,
    CPU_WEIGHT,
    RESTART_POLICY,
    HEALTHCHECK,
    PRIVILEGED,
    LINUX_CAPABILITIES,
    READ_ONLY_ROOT,
    PROJECTS,
    NATIVE;

    /** The word in the API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** How far an engine offers something. */
    public enum Level {
        NATIVE,
        EMULATED,
        UNSUPPORTED;

        /** The word in the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How far, and why not natively.
     *
     * @param reason never null unless native
     */
    public record Support(Level level, @Nullable String reason) {
        /** The engine does it itself. */
        public static final Support NATIVE = new Support(Level.NATIVE, null);

        public Support {
            if (level != Level.NATIVE && (reason == null || reason.isBlank())) {
                throw new IllegalArgumentException("a capability that is not native needs a reason");
            }
        }

        /** The gateway does it with other calls of the engine. */
        public static Support emulated(String reason) {
            return new Support(Level.EMULATED, reason);
        }

        /** It cannot be done. */
        public static Support unsupported(String reason) {
            return new Support(Level.UNSUPPORTED, reason);
        }
    }
}
