package dev.roadstead.session;

/** The output that a viewer wants is no longer kept. */
public final class ReplayGoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long oldest;

    ReplayGoneException(long wanted, long oldest) {
        super("output from offset %d is no longer kept (oldest: %d)".formatted(wanted, oldest));
        this.oldest = oldest;
    }

    /** The offset of the first byte that is still kept. */
    public long oldest() {
        return oldest;
    }
}
