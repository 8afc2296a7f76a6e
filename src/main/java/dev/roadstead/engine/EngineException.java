package dev.roadstead.engine;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every way an engine call fails, named by what the caller can do about it. */
public abstract sealed class EngineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final transient Evidence evidence;

    private EngineException(String code, String message, Evidence evidence, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.evidence = evidence;
    }

    /** The stable word for this case, e.g. {@code NO_SUCH_CONTAINER}. */
    public String code() {
        return code;
    }

    /** What the engine said. */
    public Evidence evidence() {
        return evidence;
    }

    /**
     * What is known about a failure.
     *
     * @param engine the engine's name; null if no single engine is meant
     * @param nativeStatus the engine's own status, of HTTP or of its operation; null if it gave none
     * @param nativeMessage the engine's own text, never markup; null if it gave none
     * @param details further facts for the caller (candidates, capability, field)
     */
    public record Evidence(
            @Nullable String engine,
            @Nullable Integer nativeStatus,
            @Nullable String nativeMessage,
            Map<String, Object> details) {
        /** Nothing is known. */
        public static final Evidence NONE = new Evidence(null, null, null, Map.of());

        public Evidence {
            details = Map.copyOf(details);
        }

        /** Only the engine is known. */
        public static Evidence of(String engine) {
            return new Evidence(engine, null, null, Map.of());
        }

        /** The engine answered so. */
        public static Evidence of(String engine, int nativeStatus, @Nullable String nativeMessage) {
            return new Evidence(engine, nativeStatus, nativeMessage, Map.of());
        }

        /** The same with one more fact. */
        public Evidence with(String key, Object value) {
            Map<String, Object> more = new LinkedHashMap<>(details);
            more.put(key, value);
            return new Evidence(engine, nativeStatus, nativeMessage, more);
        }
    }

    /** There is no such thing. */
    public static final class NotFound extends EngineException {
        private static final long serialVersionUID = 1L;

        public NotFound(String code, String message, Evidence evidence) {
            super(code, message, evidence, null);
        }
    }

    /** There is one already: choose another name, or use that one. */
    public static final class AlreadyExists extends EngineException {
        private static final long serialVersionUID = 1L;

        public AlreadyExists(String code, String message, Evidence evidence) {
            super(code, message, evidence, null);
        }
    }

    /** It is in use, ambiguous, or somebody else changed it: resolve that first. */
    public static final class Conflict extends EngineException {
        private static final long serialVersionUID = 1L;

        public Conflict(String code, String message, Evidence evidence) {
            super(code, message, evidence, null);
        }
    }

    /** The state does not allow it: change the state first. */
    public static final class WrongState extends EngineException {
        private static final long serialVersionUID = 1L;

        public WrongState(String code, String message, Evidence evidence) {
            super(code, message, evidence, null);
        }
    }

    /** The request makes no sense to the engine: send another. */
    public static final class InvalidRequest extends EngineException {
        private static final long serialVersionUID = 1L;

        public InvalidRequest(String code, String message, Evidence evidence) {
            super(code, message, evidence, null);
        }
    }

    /** The engine, or a registry behind it, refuses the gateway: the operator must act. */
    public static final class Denied extends EngineException {
        private static final long serialVersionUID = 1L;

        public Denied(String code, String message, Evidence evidence) {
            super(code, message, evidence, null);
        }

        public Denied(String code, String message, Evidence evidence, Throwable cause) {
            super(code, message, evidence, cause);
        }
    }

    /** This engine cannot do that at all; nothing was touched. */
    public static final class Unsupported extends EngineException {
        private static final long serialVersionUID = 1L;

        public Unsupported(Capability capability, @Nullable String reason, Evidence evidence) {
            super(
                    "UNSUPPORTED",
                    "%s is not supported: %s".formatted(capability.word(), reason == null ? "no reason given" : reason),
                    evidence.with("capability", capability.word()),
                    null);
        }
    }

    /** No connection: try again later. */
    public static final class Unavailable extends EngineException {
        private static final long serialVersionUID = 1L;

        public Unavailable(String message, Evidence evidence, @Nullable Throwable cause) {
            this("ENGINE_UNREACHABLE", message, evidence, cause);
        }

        public Unavailable(String code, String message, Evidence evidence, @Nullable Throwable cause) {
            super(code, message, evidence, cause);
        }
    }

    /** The engine gave no answer in time (a bound that the caller set is another thing). */
    public static final class TimedOut extends EngineException {
        private static final long serialVersionUID = 1L;

        public TimedOut(String message, Evidence evidence, @Nullable Throwable cause) {
            super("ENGINE_TIMEOUT", message, evidence, cause);
        }
    }

    /** The engine answered nonsense, broke off, or failed by itself. */
    public static final class Failed extends EngineException {
        private static final long serialVersionUID = 1L;

        public Failed(String code, String message, Evidence evidence, @Nullable Throwable cause) {
            super(code, message, evidence, cause);
        }
    }
}
