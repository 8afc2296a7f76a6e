package dev.roadstead.adapter.daemon;

/** What was asked of the daemon: the same status means different things to different calls. */
public enum DaemonCall {
    DAEMON("NO_SUCH_OBJECT"),
    CONTAINER("NO_SUCH_CONTAINER"),
    CREATE("NO_SUCH_IMAGE"),
    START("NO_SUCH_CONTAINER"),
    RENAME("NO_SUCH_CONTAINER"),
    REMOVE("NO_SUCH_CONTAINER"),
    ATTACH("NO_SUCH_CONTAINER"),
    EXEC("NO_SUCH_EXEC"),
    LOGS("NO_SUCH_CONTAINER"),
    ARCHIVE("NO_SUCH_PATH"),
    COMMIT("NO_SUCH_CONTAINER"),
    IMAGE("NO_SUCH_IMAGE"),
    IMAGE_REMOVE("NO_SUCH_IMAGE"),
    PULL("NO_SUCH_IMAGE"),
    PRUNE("NO_SUCH_OBJECT"),
    UPDATE("NO_SUCH_CONTAINER"),
    VOLUME("NO_SUCH_VOLUME"),
    VOLUME_CREATE("NO_SUCH_DRIVER"),
    VOLUME_REMOVE("NO_SUCH_VOLUME"),
    NETWORK("NO_SUCH_NETWORK"),
    NETWORK_CREATE("NO_SUCH_NETWORK"),
    NETWORK_REMOVE("NO_SUCH_NETWORK"),
    CONNECT("NO_SUCH_NETWORK"),
    DISCONNECT("NO_SUCH_NETWORK"),
    POD("NO_SUCH_POD"),
    POD_CREATE("NO_SUCH_POD"),
    POD_REMOVE("NO_SUCH_POD"),
    IMAGE_LOAD("NO_SUCH_IMAGE");

    private final String missing;

    DaemonCall(String missing) {
        this.missing = missing;
    }

    /** The code of a 404 whose text says nothing more precise. */
    public String missing() {
        return missing;
    }
}
