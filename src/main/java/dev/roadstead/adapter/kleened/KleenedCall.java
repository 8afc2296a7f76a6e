package dev.roadstead.adapter.kleened;

/** What was asked of the daemon: the same text means different things to different calls. */
enum KleenedCall {
    DAEMON("NO_SUCH_OBJECT"),
    CONTAINER("NO_SUCH_CONTAINER"),
    CREATE("NO_SUCH_IMAGE"),
    START("NO_SUCH_CONTAINER"),
    STOP("NO_SUCH_CONTAINER"),
    UPDATE("NO_SUCH_CONTAINER"),
    REMOVE("NO_SUCH_CONTAINER"),
    EXEC_CREATE("NO_SUCH_CONTAINER"),
    EXEC("NO_SUCH_EXEC"),
    IMAGE("NO_SUCH_IMAGE"),
    IMAGE_REMOVE("NO_SUCH_IMAGE"),
    IMAGE_CREATE("NO_SUCH_IMAGE"),
    IMAGE_BUILD("NO_SUCH_IMAGE"),
    NETWORK("NO_SUCH_NETWORK"),
    NETWORK_CREATE("NO_SUCH_NETWORK"),
    CONNECT("NO_SUCH_NETWORK"),
    DISCONNECT("NO_SUCH_NETWORK"),
    VOLUME("NO_SUCH_VOLUME");

    private final String missing;

    KleenedCall(String missing) {
        this.missing = missing;
    }

    /** The code where the text says that something is missing, and not what. */
    String missing() {
        return missing;
    }
}
