package dev.roadstead.api.problem;

import java.util.Map;

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

    /** A request that makes no sense because of one field or parameter. */
    public static ProblemException invalid(String code, String field, Object provided, String message) {
        return new ProblemException(
                ErrorKind.VALIDATION_ERROR, code, message, Map.of("field", field, "provided", provided));
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
