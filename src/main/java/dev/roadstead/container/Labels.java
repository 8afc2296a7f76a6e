package dev.roadstead.container;

/** The gateway's own label keys on engines. They are never shown as a container's labels and never taken from a request. */
public final class Labels {
    /** All our keys begin so. */
    public static final String PREFIX = "dev.roadstead.";

    /** The container's {@link Cuid}. */
    public static final String CUID = PREFIX + "cuid";

    /** The container's tags. */
    public static final String TAGS = PREFIX + "tags";

    /** SHA-256 (hex) of the caller and the {@code Idempotency-Key} the container was created with. */
    public static final String IDEMPOTENCY_KEY = PREFIX + "idempotency-key";

    /** SHA-256 (hex) of the create request that bore that key. */
    public static final String REQUEST_HASH = PREFIX + "request-hash";

    private Labels() {}

    /** Tells whether a key is the gateway's own. */
    public static boolean isOwn(String key) {
        return key.startsWith(PREFIX);
    }
}
