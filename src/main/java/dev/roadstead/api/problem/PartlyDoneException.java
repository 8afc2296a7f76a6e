package dev.roadstead.api.problem;

import java.util.LinkedHashMap;
import java.util.Map;

/** A request of several steps, one of which failed when others had had their effect. */
public final class PartlyDoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Throwable failure;
    private final transient Map<String, Object> done;

    /**
     * @param failure why the step failed
     * @param done what the others did; these details come on top of the failure's own
     */
    public PartlyDoneException(Throwable failure, Map<String, Object> done) {
        super(failure.getMessage(), failure);
        this.failure = failure;
        this.done = new LinkedHashMap<>(done);
    }

    /** Why the step failed. */
    public Throwable failure() {
        return failure;
    }

    /** What the others did. */
    public Map<String, Object> done() {
        return done;
    }
}
