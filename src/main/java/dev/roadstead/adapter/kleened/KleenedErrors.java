package dev.roadstead.adapter.kleened;

import static dev.roadstead.adapter.kleened.KleenedCall.*;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.transport.EngineReply;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a refusal of the daemon means. It says 404 to nearly everything, so that its texts decide (Kleened 0.1.1). What is no JSON is a
 * page with a stack trace: it is never told. Text that no rule knows never becomes the caller's fault.
 */
final class KleenedErrors {
    /** The container is in the wanted state already: no failure to who wanted it. */
    static final String ALREADY_SO = "ALREADY_SO";

    /** The daemon fell over: all that is known is that it did. */
    static final String CRASHED = "ENGINE_CRASHED";

    private enum Meaning {
        NOT_FOUND,
        ALREADY_EXISTS,
        CONFLICT,
        WRONG_STATE,
        INVALID,
        DENIED
    }

    private record Rule(
            Set<KleenedCall> calls, int status, @Nullable Pattern text, Meaning meaning, String code) {
        boolean fits(KleenedCall call, int actual, String message) {
            return calls.contains(call)
                    && (status == ANY || status == actual)
                    && (text == null || text.matcher(message).find());
        }
    }

    private static final int ANY = 0;
    private static final int UNPROCESSABLE = 422;

    /** The close code of a socket whose configuration makes no sense. */
    private static final int CONFIGURATION_REFUSED = 1002;

    private static final Set<KleenedCall> ALL = EnumSet.allOf(KleenedCall.class);
    private static final Set<KleenedCall> OF_CONTAINERS =
            EnumSet.of(CONTAINER, START, STOP, UPDATE, REMOVE, EXEC_CREATE, EXEC, CONNECT, DISCONNECT);

    /** The first that fits counts. */
    private static final List<Rule> RULES = List.of(
            rule(ALL, 401, null, Meaning.DENIED, "ENGINE_DENIED"),
            rule(ALL, 403, null, Meaning.DENIED, "ENGINE_DENIED"),
            rule(
                    OF_CONTAINERS,
                    ANY,
                    "^(error: )?(no such container|container not found)",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_CONTAINER"),
            rule(
                    ALL,
                    ANY,
                    "no such image|^image not found|@.*dataset does not exist",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_IMAGE"),
            rule(ALL, ANY, "^network not found", Meaning.NOT_FOUND, "NO_SUCH_NETWORK"),
            rule(ALL, ANY, "^no such volume", Meaning.NOT_FOUND, "NO_SUCH_VOLUME"),
            rule(EnumSet.of(EXEC), ANY, "could not find execution instance", Meaning.NOT_FOUND, "NO_SUCH_EXEC"),
            rule(
                    EnumSet.of(EXEC, START),
                    ANY,
                    "executable already started",
                    Meaning.WRONG_STATE,
                    "EXEC_STARTED_ALREADY"),
            rule(EnumSet.of(EXEC), ANY, "have not been started", Meaning.WRONG_STATE, "EXEC_NOT_STARTED"),
            rule(
                    EnumSet.of(EXEC, EXEC_CREATE),
                    ANY,
                    "cannot start container when 'start_container' is false",
                    Meaning.WRONG_STATE,
                    "CONTAINER_NOT_RUNNING"),
            rule(EnumSet.of(STOP), ANY, "container not running", Meaning.WRONG_STATE, ALREADY_SO),
            rule(OF_CONTAINERS, ANY, "container not running", Meaning.WRONG_STATE, "CONTAINER_NOT_RUNNING"),
            rule(
                    EnumSet.of(REMOVE),
                    ANY,
                    "cannot remove a running container",
                    Meaning.WRONG_STATE,
                    "CONTAINER_RUNNING"),
            rule(EnumSet.of(UPDATE), 409, "ocurred while updating", Meaning.CONFLICT, "UPDATE_REFUSED"),
            rule(EnumSet.of(IMAGE_REMOVE), ANY, "it is used for", Meaning.CONFLICT, "IMAGE_IN_USE"),
            rule(EnumSet.of(IMAGE_BUILD), ANY, "could not find image", Meaning.NOT_FOUND, "NO_SUCH_IMAGE"),
            rule(EnumSet.of(IMAGE_BUILD), ANY, "returned a non-zero code", Meaning.INVALID, "BUILD_FAILED"),
            rule(
                    EnumSet.of(IMAGE_BUILD),
                    ANY,
                    "^error in '|not permitted before|variable name is invalid|^could not open docker file",
                    Meaning.INVALID,
                    "INVALID_DOCKERFILE"),
            rule(
                    EnumSet.of(IMAGE_CREATE, IMAGE_BUILD),
                    CONFIGURATION_REFUSED,
                    null,
                    Meaning.INVALID,
                    "INVALID_REQUEST"),
            rule(EnumSet.of(NETWORK_CREATE), ANY, "already taken", Meaning.ALREADY_EXISTS, "NAME_IN_USE"),
            rule(EnumSet.of(CONNECT), ANY, "already connected", Meaning.CONFLICT, "ALREADY_CONNECTED"),
            rule(EnumSet.of(CONNECT), ANY, "no more inet ip", Meaning.CONFLICT, "NO_FREE_ADDRESS"),
            rule(EnumSet.of(CONNECT), ANY, "running vnet container", Meaning.WRONG_STATE, "CONTAINER_RUNNING"),
            rule(EnumSet.of(DISCONNECT), ANY, "endpoint configuration not found", Meaning.NOT_FOUND, "NOT_CONNECTED"),
            rule(
                    ALL,
                    ANY,
                    "does not match|^invalid |cannot publish|could not decode|could not parse|determining source type"
                            + "|cannot set ip address|cannot connect to|can't connect to",
                    Meaning.INVALID,
                    "INVALID_REQUEST"),
            rule(ALL, UNPROCESSABLE, null, Meaning.INVALID, "INVALID_REQUEST"));

    private final String engine;
    private final JsonMapper json;

    KleenedErrors(String engine, JsonMapper json) {
        this.engine = engine;
        this.json = json;
    }

    /** What an answer of 400 and above means.
     *
     * @param subject what the call was about, for people: {@code container abc}
     */
    EngineException of(KleenedCall call, String subject, EngineReply reply) {
        return of(call, subject, reply.status(), messageOf(reply));
    }

    /** What a status, or a socket's close code, and the daemon's own text mean.
     *
     * @param message null: there was none, or nothing that may be shown
     */
    EngineException of(KleenedCall call, String subject, int status, @Nullable String message) {
        Evidence evidence = Evidence.of(engine, status, message);
        if (message == null) {
            return status == 401 || status == 403
                    ? new EngineException.Denied(
                            "ENGINE_DENIED", "%s answered %d for %s".formatted(engine, status, subject), evidence)
                    : new EngineException.Failed(
                            status == 500 || status == 1011 ? CRASHED : "ENGINE_ERROR",
                            "%s answered %d for %s and told no reason".formatted(engine, status, subject),
                            evidence,
                            null);
        }
        for (Rule rule : RULES) {
            if (rule.fits(call, status, message)) {
                return exception(rule.meaning(), rule.code(), message, evidence);
            }
        }
        return new EngineException.Failed("ENGINE_ERROR", message, evidence, null);
    }

    /** There is no such thing, as the gateway found out itself. */
    EngineException missing(KleenedCall call, String what) {
        return new EngineException.NotFound(call.missing(), what, evidence());
    }

    /** The request makes no sense, and was not sent. */
    EngineException invalid(String field, Object provided, String expected) {
        return new EngineException.InvalidRequest(
                "INVALID_REQUEST",
                "%s: %s (expected: %s)".formatted(field, provided, expected),
                evidence().with("field", field).with("provided", provided));
    }

    /** An answer that makes no sense. */
    EngineException nonsense(String what, @Nullable Throwable cause) {
        return new EngineException.Failed("ENGINE_NONSENSE", what, evidence(), cause);
    }

    /** A stream that ended too early. */
    EngineException brokeOff(String what) {
        return new EngineException.Failed("ENGINE_BROKE_OFF", what, evidence(), null);
    }

    /** Something that cannot be done. */
    EngineException unsupported(Capability capability, String reason) {
        return new EngineException.Unsupported(capability, reason, evidence());
    }

    /** Throws if something was asked for that cannot be done. */
    void refuse(boolean asked, Capability capability, String field, String reason) {
        if (asked) {
            throw new EngineException.Unsupported(capability, reason, evidence().with("field", field));
        }
    }

    Evidence evidence() {
        return Evidence.of(engine);
    }

    /** The daemon's own words in an answer; null for pages with stack traces, and for what has no words. */
    @Nullable
    String messageOf(EngineReply reply) {
        String text = reply.text().strip();
        if (!text.startsWith("{")) {
            return null;
        }
        try {
            KleenedWire.Refusal refusal = json.readValue(text, KleenedWire.Refusal.class);
            return refusal == null ? null : words(refusal);
        } catch (JacksonException notJson) {
            return null;
        }
    }

    private static @Nullable String words(KleenedWire.Refusal refusal) {
        if (refusal.message() != null) {
            return refusal.message().isBlank() ? null : refusal.message().strip();
        }
        if (refusal.errors() == null || refusal.errors().isEmpty()) {
            return null;
        }
        return refusal.errors().stream()
                .map(error -> "%s: %s"
                        .formatted(
                                error.source() == null || error.source().pointer() == null
                                        ? "/"
                                        : error.source().pointer(),
                                error.detail() == null ? error.title() : error.detail()))
                .collect(Collectors.joining("; "));
    }

    private static EngineException exception(Meaning meaning, String code, String text, Evidence evidence) {
        return switch (meaning) {
            case NOT_FOUND -> new EngineException.NotFound(code, text, evidence);
            case ALREADY_EXISTS -> new EngineException.AlreadyExists(code, text, evidence);
            case CONFLICT -> new EngineException.Conflict(code, text, evidence);
            case WRONG_STATE -> new EngineException.WrongState(code, text, evidence);
            case INVALID -> new EngineException.InvalidRequest(code, text, evidence);
            case DENIED -> new EngineException.Denied(code, text, evidence);
        };
    }

    private static Rule rule(Set<KleenedCall> calls, int status, @Nullable String text, Meaning meaning, String code) {
        return new Rule(
                calls, status, text == null ? null : Pattern.compile(text, Pattern.CASE_INSENSITIVE), meaning, code);
    }
}
