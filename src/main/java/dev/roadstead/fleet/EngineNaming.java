package dev.roadstead.fleet;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.engine.EngineName;
import java.util.Locale;

/** Failures of engines: their words in metrics, and the engine's name where an adapter left it out. */
final class EngineNaming {
    private EngineNaming() {}

    /** The API's word for a failure. */
    static String word(Throwable failure) {
        if (!(failure instanceof EngineException known)) {
            return "internal_error";
        }
        return switch (known) {
            case EngineException.NotFound _ -> "not_found";
            case EngineException.AlreadyExists _ -> "conflict";
            case EngineException.Conflict _ -> "conflict";
            case EngineException.WrongState _ -> "state_error";
            case EngineException.InvalidRequest _ -> "validation_error";
            case EngineException.Denied _ -> "engine_error";
            case EngineException.Unsupported _ -> "unsupported";
            case EngineException.Unavailable _ -> "engine_unreachable";
            case EngineException.TimedOut _ -> "engine_timeout";
            case EngineException.Failed _ -> "engine_error";
        };
    }

    /** The same failure with the engine's name in its evidence; itself if one is there. */
    static EngineException named(EngineException failure, EngineName engine) {
        Evidence known = failure.evidence();
        if (known.engine() != null) {
            return failure;
        }
        Evidence evidence = new Evidence(engine.value(), known.nativeStatus(), known.nativeMessage(), known.details());
        String code = failure.code();
        String message = String.valueOf(failure.getMessage());
        return switch (failure) {
            case EngineException.NotFound _ -> from(failure, new EngineException.NotFound(code, message, evidence));
            case EngineException.AlreadyExists _ ->
                from(failure, new EngineException.AlreadyExists(code, message, evidence));
            case EngineException.Conflict _ -> from(failure, new EngineException.Conflict(code, message, evidence));
            case EngineException.WrongState _ -> from(failure, new EngineException.WrongState(code, message, evidence));
            case EngineException.InvalidRequest _ ->
                from(failure, new EngineException.InvalidRequest(code, message, evidence));
            case EngineException.Denied _ -> new EngineException.Denied(code, message, evidence, failure);
            case EngineException.Unsupported _ -> from(failure, unsupported(message, evidence));
            case EngineException.Unavailable _ -> new EngineException.Unavailable(code, message, evidence, failure);
            case EngineException.TimedOut _ -> new EngineException.TimedOut(message, evidence, failure);
            case EngineException.Failed _ -> new EngineException.Failed(code, message, evidence, failure);
        };
    }

    /** The exception makes its message of capability and reason: take it apart again. */
    private static EngineException.Unsupported unsupported(String message, Evidence evidence) {
        String word = String.valueOf(evidence.details().get("capability"));
        String prefix = "%s is not supported: ".formatted(word);
        return new EngineException.Unsupported(
                Capability.valueOf(word.toUpperCase(Locale.ROOT)),
                message.startsWith(prefix) ? message.substring(prefix.length()) : message,
                evidence);
    }

    private static EngineException from(EngineException original, EngineException named) {
        // These have no cause; where they were made is all there is to keep.
        named.setStackTrace(original.getStackTrace());
        return named;
    }
}
