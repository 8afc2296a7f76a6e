package dev.roadstead.api.problem;

/** A value in a request that cannot be read; where it stood is known further up. */
public final class UnreadableValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String provided;

    public UnreadableValueException(String provided, String message) {
        super(message);
        this.provided = provided;
    }

    /** What the request said. */
    public String provided() {
        return provided;
    }
}
