package dev.roadstead.api.problem;

import dev.roadstead.engine.EngineException;
import dev.roadstead.session.ReplayGoneException;
import dev.roadstead.session.TooManySessionsException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.temporal.Temporal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.codec.DecodingException;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.http.HttpStatusCode;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.bind.support.WebExchangeBindException;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.server.MissingRequestValueException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebInputException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Turns every failure into the contract's words. Pure: the same failure gives the same answer. */
public final class ProblemMapper {
    /**
     * What to answer.
     *
     * @param details for programs, in snake case
     * @param retryAfterSeconds for the header; null: none
     */
    public record Answer(
            ErrorKind kind,
            String code,
            String message,
            Map<String, Object> details,
            @Nullable Integer retryAfterSeconds) {}

    /** The answer to a failure; never null, {@code INTERNAL_ERROR} for what is nobody's fault but ours. */
    public Answer map(Throwable failure) {
        return switch (failure) {
            case EngineException engine -> ofEngine(engine);
            case ProblemException own -> answer(own.kind(), own.code(), message(own), own.details());
            case PartlyDoneException partly -> ofPart(map(partly.failure()), partly.done());
            case TooManySessionsException many ->
                answer(ErrorKind.RATE_LIMITED, "TOO_MANY_SESSIONS", message(many), Map.of());
            case ReplayGoneException gone ->
                answer(ErrorKind.NOT_FOUND, "REPLAY_GONE", message(gone), Map.of("oldest", gone.oldest()));
            case WebExchangeBindException invalid -> ofBinding(invalid);
            case HandlerMethodValidationException invalid -> ofParameters(invalid);
            case MissingRequestValueException missing ->
                answer(
                        ErrorKind.VALIDATION_ERROR,
                        "MISSING_PARAMETER",
                        "%s is required".formatted(missing.getName()),
                        field(missing.getName(), null));
            case ServerWebInputException unreadable -> ofInput(unreadable);
            case DataBufferLimitException large ->
                answer(ErrorKind.PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", message(large), Map.of());
            case DecodingException unreadable -> ofDecoding(unreadable);
            case ResponseStatusException status -> ofStatus(status.getStatusCode(), status.getReason());
            // An engine's are EngineExceptions: this is the client's own body, broken off.
            case IOException _ ->
                answer(ErrorKind.IO_ERROR, "BODY_BROKE_OFF", "the request's body broke off", Map.of());
            case TimeoutException late -> answer(ErrorKind.ENGINE_TIMEOUT, "ENGINE_TIMEOUT", message(late), Map.of());
            default ->
                answer(ErrorKind.INTERNAL_ERROR, "INTERNAL_ERROR", "the gateway failed; its log knows more", Map.of());
        };
    }

    private static Answer ofPart(Answer failed, Map<String, Object> done) {
        Map<String, Object> details = new LinkedHashMap<>(failed.details());
        details.putAll(done);
        return new Answer(failed.kind(), failed.code(), failed.message(), details, failed.retryAfterSeconds());
    }

    private static Answer ofEngine(EngineException failure) {
        ErrorKind kind = switch (failure) {
            case EngineException.NotFound _ -> ErrorKind.NOT_FOUND;
            case EngineException.AlreadyExists _ -> ErrorKind.CONFLICT;
            case EngineException.Conflict _ -> ErrorKind.CONFLICT;
            case EngineException.WrongState _ -> ErrorKind.STATE_ERROR;
            case EngineException.InvalidRequest _ -> ErrorKind.VALIDATION_ERROR;
            case EngineException.Denied _ -> ErrorKind.ENGINE_ERROR;
            case EngineException.Unsupported _ -> ErrorKind.UNSUPPORTED;
            case EngineException.Unavailable _ -> ErrorKind.ENGINE_UNREACHABLE;
            case EngineException.TimedOut _ -> ErrorKind.ENGINE_TIMEOUT;
            case EngineException.Failed _ -> ErrorKind.ENGINE_ERROR;
        };
        EngineException.Evidence evidence = failure.evidence();
        Map<String, Object> details = new LinkedHashMap<>();
        if (evidence.engine() != null) {
            details.put("engine", evidence.engine());
        }
        if (evidence.nativeStatus() != null) {
            details.put("native_status", evidence.nativeStatus());
        }
        if (evidence.nativeMessage() != null) {
            details.put("native_message", evidence.nativeMessage());
        }
        details.putAll(evidence.details());
        return new Answer(
                kind, failure.code(), message(failure), details, kind == ErrorKind.ENGINE_UNREACHABLE ? 5 : null);
    }

    private static Answer ofBinding(WebExchangeBindException invalid) {
        List<FieldError> errors = invalid.getFieldErrors();
        if (errors.isEmpty()) {
            return answer(ErrorKind.VALIDATION_ERROR, "INVALID_REQUEST", "the request is invalid", Map.of());
        }
        FieldError first = errors.getFirst();
        List<String> sentences = new ArrayList<>();
        for (FieldError error : errors) {
            sentences.add("%s: %s".formatted(snake(error.getField()), error.getDefaultMessage()));
        }
        Object provided = first.getRejectedValue();
        boolean missing = provided == null || "".equals(provided);
        return answer(
                ErrorKind.VALIDATION_ERROR,
                (missing ? "MISSING_" : "INVALID_")
                        + snake(first.getField()).toUpperCase(Locale.ROOT).replaceAll("[^A-Z_]+", "_"),
                String.join("; ", sentences),
                field(snake(first.getField()), provided));
    }

    private static Answer ofParameters(HandlerMethodValidationException invalid) {
        for (ParameterValidationResult result : invalid.getParameterValidationResults()) {
            String name = String.valueOf(result.getMethodParameter().getParameterName());
            String sentence = result.getResolvableErrors().getFirst().getDefaultMessage();
            return answer(
                    ErrorKind.VALIDATION_ERROR,
                    "INVALID_" + snake(name).toUpperCase(Locale.ROOT),
                    "%s: %s".formatted(snake(name), sentence),
                    field(snake(name), result.getArgument()));
        }
        return answer(ErrorKind.VALIDATION_ERROR, "INVALID_REQUEST", "the request is invalid", Map.of());
    }

    private static Answer ofInput(ServerWebInputException unreadable) {
        for (Throwable cause = unreadable.getCause(); cause != null; cause = cause.getCause()) {
            switch (cause) {
                case DataBufferLimitException large -> {
                    return answer(ErrorKind.PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", message(large), Map.of());
                }
                case ProblemException own -> {
                    return answer(own.kind(), own.code(), message(own), own.details());
                }
                case JacksonException json -> {
                    return ofJson(json);
                }
                case TypeMismatchException type -> {
                    return ofType(unreadable, type);
                }
                case IllegalArgumentException value -> {
                    return ofValue(unreadable, value);
                }
                default -> {
                    // an outer layer: the reason is further down
                }
            }
        }
        if (unreadable.getMethodParameter() != null
                && unreadable.getMethodParameter().getParameterName() != null) {
            return answer(
                    ErrorKind.VALIDATION_ERROR,
                    "INVALID_REQUEST",
                    reason(unreadable),
                    field(snake(String.valueOf(unreadable.getMethodParameter().getParameterName())), null));
        }
        return answer(ErrorKind.VALIDATION_ERROR, "INVALID_REQUEST", reason(unreadable), Map.of());
    }

    private static Answer ofType(ServerWebInputException unreadable, TypeMismatchException type) {
        String name = unreadable.getMethodParameter() == null
                ? "value"
                : snake(String.valueOf(unreadable.getMethodParameter().getParameterName()));
        return answer(
                ErrorKind.VALIDATION_ERROR,
                "INVALID_" + name.toUpperCase(Locale.ROOT),
                "%s: %s (expected: %s)".formatted(name, type.getValue(), expected(type.getRequiredType())),
                field(name, type.getValue()));
    }

    private static Answer ofValue(ServerWebInputException unreadable, IllegalArgumentException value) {
        String name = unreadable.getMethodParameter() == null
                ? null
                : unreadable.getMethodParameter().getParameterName();
        String message = value.getMessage() == null ? reason(unreadable) : value.getMessage();
        return name == null
                ? answer(ErrorKind.VALIDATION_ERROR, "INVALID_VALUE", message, Map.of())
                : answer(
                        ErrorKind.VALIDATION_ERROR,
                        "INVALID_" + snake(name).toUpperCase(Locale.ROOT),
                        message,
                        field(snake(name), null));
    }

    private static Answer ofDecoding(DecodingException unreadable) {
        return unreadable.getCause() instanceof JacksonException json
                ? ofJson(json)
                : answer(ErrorKind.VALIDATION_ERROR, "BAD_JSON", "the body cannot be read", Map.of());
    }

    private static Answer ofJson(JacksonException failure) {
        return switch (failure) {
            case UnrecognizedPropertyException unknown ->
                answer(
                        ErrorKind.VALIDATION_ERROR,
                        "UNKNOWN_FIELD",
                        "%s is not a field of this request".formatted(path(unknown)),
                        field(path(unknown), null));
            case InvalidFormatException secret
            when path(secret).contains("registry_auth") ->
                answer(
                        ErrorKind.VALIDATION_ERROR,
                        "INVALID_VALUE",
                        "%s (expected: %s)".formatted(path(secret), expected(secret.getTargetType())),
                        field(path(secret), null));
            case InvalidFormatException wrong ->
                answer(
                        ErrorKind.VALIDATION_ERROR,
                        "INVALID_VALUE",
                        "%s: %s (expected: %s)"
                                .formatted(path(wrong), shortened(wrong.getValue()), expected(wrong.getTargetType())),
                        field(path(wrong), wrong.getValue()));
            case MismatchedInputException trailing
            when isTrailing(trailing) ->
                answer(ErrorKind.VALIDATION_ERROR, "BAD_JSON", "not JSON: something follows behind its end", Map.of());
            case DatabindException wrong -> {
                for (Throwable cause = wrong.getCause(); cause != null; cause = cause.getCause()) {
                    if (cause instanceof ProblemException own) {
                        yield answer(own.kind(), own.code(), message(own), own.details());
                    }
                    if (cause instanceof UnreadableValueException value) {
                        yield answer(
                                ErrorKind.VALIDATION_ERROR,
                                "INVALID_VALUE",
                                "%s: %s".formatted(path(wrong), value.getMessage()),
                                field(path(wrong), value.provided()));
                    }
                    if (cause instanceof IllegalArgumentException value && value.getMessage() != null) {
                        yield answer(
                                ErrorKind.VALIDATION_ERROR,
                                "INVALID_VALUE",
                                "%s: %s".formatted(path(wrong), value.getMessage()),
                                field(path(wrong), null));
                    }
                }
                yield answer(
                        ErrorKind.VALIDATION_ERROR,
                        "INVALID_VALUE",
                        "%s cannot be read (expected: %s)"
                                .formatted(
                                        path(wrong),
                                        expected(
                                                wrong instanceof MismatchedInputException mismatched
                                                        ? mismatched.getTargetType()
                                                        : null)),
                        field(path(wrong), null));
            }
            case InputCoercionException wrong ->
                answer(
                        ErrorKind.VALIDATION_ERROR,
                        "INVALID_VALUE",
                        "%s cannot be read (expected: %s)".formatted(path(wrong), expected(wrong.getTargetType())),
                        field(path(wrong), null));
            default -> answer(ErrorKind.VALIDATION_ERROR, "BAD_JSON", "not JSON: " + firstLine(failure), Map.of());
        };
    }

    private static Answer ofStatus(HttpStatusCode status, @Nullable String reason) {
        ErrorKind kind = switch (status.value()) {
            case 401 -> ErrorKind.AUTH_ERROR;
            case 403 -> ErrorKind.FORBIDDEN;
            case 404 -> ErrorKind.NOT_FOUND;
            case 405 -> ErrorKind.METHOD_NOT_ALLOWED;
            case 406 -> ErrorKind.NOT_ACCEPTABLE;
            case 413 -> ErrorKind.PAYLOAD_TOO_LARGE;
            case 415 -> ErrorKind.UNSUPPORTED_MEDIA_TYPE;
            case 429 -> ErrorKind.RATE_LIMITED;
            default -> status.is4xxClientError() ? ErrorKind.VALIDATION_ERROR : ErrorKind.INTERNAL_ERROR;
        };
        if (kind == ErrorKind.PAYLOAD_TOO_LARGE) {
            return answer(kind, "BODY_TOO_LARGE", "the body is larger than is read here", Map.of());
        }
        String code = kind == ErrorKind.NOT_FOUND ? "NO_SUCH_ROUTE" : kind.name();
        String message = kind == ErrorKind.NOT_FOUND
                ? "nothing is served here"
                : reason == null ? kind.title().toLowerCase(Locale.ROOT) : reason;
        return answer(kind, code, message, Map.of());
    }

    private static Answer answer(ErrorKind kind, String code, String message, Map<String, Object> details) {
        return new Answer(kind, code, message, details, kind == ErrorKind.RATE_LIMITED ? 5 : null);
    }

    private static Map<String, Object> field(String name, @Nullable Object provided) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("field", name);
        details.put(
                "provided",
                provided instanceof Number || provided instanceof Boolean || provided == null
                        ? provided
                        : String.valueOf(provided));
        return details;
    }

    /** A type in a client's words: the names of our classes are nobody's business. */
    private static String expected(@Nullable Class<?> type) {
        if (type == null) {
            return "another form";
        }
        if (type == boolean.class || type == Boolean.class) {
            return "true or false";
        }
        if (CharSequence.class.isAssignableFrom(type)) {
            return "a text";
        }
        if (Temporal.class.isAssignableFrom(type)) {
            return "a time as in RFC 3339";
        }
        if (type == BigDecimal.class) {
            return "a number";
        }
        if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
            return "a whole number in range";
        }
        if (Collection.class.isAssignableFrom(type) || type.isArray()) {
            return "a list";
        }
        return Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "another form";
    }

    private static String path(JacksonException failure) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : failure.getPath()) {
            if (step.getPropertyName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            } else {
                path.append('[').append(step.getIndex()).append(']');
            }
        }
        return path.isEmpty() ? "body" : path.toString();
    }

    /** Jackson has no exception of its own for it. */
    private static boolean isTrailing(MismatchedInputException failure) {
        return failure.getPath().isEmpty() && firstLine(failure).startsWith("Trailing token");
    }

    /** Jackson's own words would tell of our classes. */
    private static String shortened(@Nullable Object provided) {
        String text = String.valueOf(provided);
        return text.length() <= 200 ? text : text.substring(0, 200) + "…";
    }

    private static String firstLine(JacksonException failure) {
        String text = failure.getOriginalMessage();
        return text == null ? "malformed" : text.lines().findFirst().orElse("malformed");
    }

    private static String reason(ServerWebInputException unreadable) {
        return unreadable.getReason() == null ? "the request cannot be read" : unreadable.getReason();
    }

    private static String message(Throwable failure) {
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }

    private static String snake(String camel) {
        return camel.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }
}
