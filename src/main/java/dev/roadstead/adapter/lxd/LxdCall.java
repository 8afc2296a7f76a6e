package dev.roadstead.adapter.lxd;

/** What was asked of the daemon: the same text means different things to different calls. */
enum LxdCall {
    DAEMON("NO_SUCH_OBJECT"),
    CONTAINER("NO_SUCH_CONTAINER"),
    CREATE("NO_SUCH_IMAGE"),
    STATE("NO_SUCH_CONTAINER"),
    RENAME("NO_SUCH_CONTAINER"),
    REMOVE("NO_SUCH_CONTAINER"),
    UPDATE("NO_SUCH_CONTAINER"),
    COPY("NO_SUCH_CONTAINER"),
    EXEC("NO_SUCH_CONTAINER"),
    CONSOLE("NO_SUCH_CONTAINER"),
    FILE("NO_SUCH_PATH"),
    EXPORT("NO_SUCH_CONTAINER"),
    COMMIT("NO_SUCH_CONTAINER"),
    SNAPSHOT("NO_SUCH_SNAPSHOT"),
    IMAGE("NO_SUCH_IMAGE"),
    IMAGE_REMOVE("NO_SUCH_IMAGE"),
    IMAGE_LOAD("NO_SUCH_IMAGE"),
    PULL("NO_SUCH_IMAGE"),
    VOLUME("NO_SUCH_VOLUME"),
    VOLUME_CREATE("NO_SUCH_POOL"),
    VOLUME_REMOVE("NO_SUCH_VOLUME"),
    NETWORK("NO_SUCH_NETWORK"),
    NETWORK_CREATE("NO_SUCH_NETWORK"),
    NETWORK_REMOVE("NO_SUCH_NETWORK"),
    CONNECT("NO_SUCH_NETWORK"),
    TRUST("NO_SUCH_OBJECT");

    private final String missing;

    LxdCall(String missing) {
        this.missing = missing;
    }

    /** The code of a 404 whose text says nothing more precise. */
    String missing() {
        return missing;
    }
}
