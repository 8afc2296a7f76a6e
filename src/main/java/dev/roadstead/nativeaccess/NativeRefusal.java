package dev.roadstead.nativeaccess;

import java.util.Map;

/** A native request that the gateway does not send. */
public final class NativeRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why. */
    public enum Kind {
        /** It makes no sense. */
        INVALID,
        /** There is no such version, category or operation. */
        UNKNOWN,
        /** The rules of its engine forbid it. */
        FORBIDDEN
    }

    private final Kind kind;
    private final String code;
    private final transient Map<String, Object> details;

    NativeRefusal(Kind kind, String code, String message, Map<String, Object> details) {
        super(message);
        this.kind = kind;
        this.code = code;
        this.details = Map.copyOf(details);
    }

    static NativeRefusal invalid(String code, String field, String message) {
        return new NativeRefusal(Kind.INVALID, code, message, Map.of("field", field));
    }

    /** Why. */
    public Kind kind() {
        return kind;
    }

    /** The exact case. */
    public String code() {
        return code;
    }

    /** Facts for programs. */
    public Map<String, Object> details() {
        return details;
    }
}
