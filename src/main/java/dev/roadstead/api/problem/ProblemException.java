package dev.roadstead.api.problem;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that the gateway itself refuses. */
public final class ProblemException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;
    private final String code;
    private final transient Map<String, Object> details;

    public ProblemException(ErrorKind kind, String code, String message, Map<String, Object> details) {
        super(message);
        this.kind = kind;
        this.code = code;
        this.details = details;
    }

    /**
     * A request that makes no sense because of one field or parameter.
     *
     * @param provided what it said; null: nothing
     */
    public static ProblemException invalid(String code, String field, @Nullable Object provided, String message) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("field", field);
        details.put("provided", provided);
        return new ProblemException(ErrorKind.VALIDATION_ERROR, code, message, details);
    }

    public ErrorKind kind() {
        return kind;
    }

    public String code() {
        return code;
    }

    public Map<String, Object> details() {
        return details;
    }
}
