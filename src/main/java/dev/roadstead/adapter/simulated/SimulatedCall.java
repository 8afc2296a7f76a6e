package dev.roadstead.adapter.simulated;

import java.util.Arrays;
import java.util.Locale;

/** A call that can be made to fail; its word is what {@code fail=} in the engine's URI takes. */
public enum SimulatedCall {
    DESCRIBE,
    PING,
    INFO,
    DISK_USAGE,
    LIST,
    FIND,
    INSPECT,
    STATE,
    CREATE,
    START,
    STOP,
    RESTART,
    KILL,
    PAUSE,
    UNPAUSE,
    WAIT,
    RENAME,
    REMOVE,
    LOGS,
    ATTACH,
    STATS,
    STATS_STREAM,
    TOP,
    CHANGES,
    EXPORT,
    COMMIT,
    UPDATE,
    COPY,
    PRUNE,
    SNAPSHOTS_LIST,
    SNAPSHOTS_CREATE,
    SNAPSHOTS_RESTORE,
    SNAPSHOTS_REMOVE,
    PODS_LIST,
    PODS_INSPECT,
    PODS_CREATE,
    PODS_ACT,
    PODS_REMOVE,
    FILES_STAT,
    FILES_GET,
    FILES_PUT,
    EXEC,
    EVENTS,
    IMAGES_LIST,
    IMAGES_INSPECT,
    IMAGES_HISTORY,
    IMAGES_PULL,
    IMAGES_TAG,
    IMAGES_REMOVE,
    IMAGES_LOAD,
    VOLUMES_LIST,
    VOLUMES_INSPECT,
    VOLUMES_CREATE,
    VOLUMES_REMOVE,
    NETWORKS_LIST,
    NETWORKS_INSPECT,
    NETWORKS_CREATE,
    NETWORKS_REMOVE,
    NETWORKS_CONNECT,
    NETWORKS_DISCONNECT;

    /** Lower case with hyphens: {@code images-list}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The call of that word.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static SimulatedCall of(String word) {
        return Arrays.stream(values())
                .filter(call -> call.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("fail: %s (expected: all or one of %s)"
                        .formatted(
                                word,
                                Arrays.stream(values()).map(SimulatedCall::word).toList())));
    }
}
