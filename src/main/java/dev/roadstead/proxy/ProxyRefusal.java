package dev.roadstead.proxy;

/** A request that is not let through as it is. */
public final class ProxyRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** It is no HTTP/1.1 that everybody reads alike. */
        MALFORMED,
        /** Its head is too long. */
        TOO_LARGE,
        /** Another site's page sends it. */
        CROSS_SITE,
        /** The client does not send what it began. */
        STALLED
    }

    private final Kind kind;

    ProxyRefusal(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
