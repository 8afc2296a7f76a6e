package dev.roadstead.adapter.lxd;

import static dev.roadstead.adapter.lxd.LxdCall.*;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.transport.EngineReply;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a refusal of the daemon means, or an operation of it that failed: decided by call and status, and, since these daemons have no
 * stable words for causes, by the text. Text that no rule knows never becomes the caller's fault.
 */
final class LxdErrors {
    /** Nobody knows how an operation ended: the daemon was lost meanwhile, and forgot it. */
    static final String OUTCOME_UNKNOWN = "OUTCOME_UNKNOWN";

    /** The container is in the wanted state already: no failure to who wanted it. */
    static final String ALREADY_SO = "ALREADY_SO";

    private enum Meaning {
        NOT_FOUND,
        ALREADY_EXISTS,
        CONFLICT,
        WRONG_STATE,
        INVALID,
        DENIED,
        FAILED
    }

    private record Rule(
            Set<LxdCall> calls, int status, @Nullable Pattern text, Meaning meaning, String code) {
        boolean fits(LxdCall call, int actual, String message) {
            return calls.contains(call)
                    && (status == ANY || status == actual)
                    && (text == null || text.matcher(message).find());
        }
    }

    private static final int ANY = 0;

    /** Stands for the status of an operation that failed: they bear none that tells a cause. */
    private static final int IN_OPERATION = -1;

    private static final Set<LxdCall> ALL = EnumSet.allOf(LxdCall.class);
    private static final Set<LxdCall> OF_INSTANCES =
            EnumSet.of(CONTAINER, STATE, RENAME, REMOVE, UPDATE, COPY, EXEC, CONSOLE, FILE, EXPORT, COMMIT, SNAPSHOT);

    /** The first that fits counts. Texts as LXD 5.0 to 6 and Incus 6 word them, without regard to case. */
    private static final List<Rule> RULES = List.of(
            rule(EnumSet.of(TRUST), 403, null, Meaning.DENIED, "TRUST_REFUSED"),
            rule(ALL, 403, null, Meaning.DENIED, "ENGINE_DENIED"),
            rule(ALL, 401, null, Meaning.DENIED, "ENGINE_DENIED"),
            rule(EnumSet.of(TRUST), ANY, "already trusted|already in trust", Meaning.CONFLICT, "ALREADY_TRUSTED"),
            // Before the next: the text of a missing snapshot names its instance, too.
            rule(
                    EnumSet.of(SNAPSHOT),
                    ANY,
                    "snapshot .*(not found|does not exist)|not found.*snapshot",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_SNAPSHOT"),
            rule(
                    OF_INSTANCES,
                    ANY,
                    "^instance not found|instance .* not found|no such (instance|container)",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_CONTAINER"),
            rule(
                    EnumSet.of(COPY, CREATE, EXEC, FILE, STATE, UPDATE, RENAME, REMOVE),
                    ANY,
                    "project not found",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_PROJECT"),
            rule(
                    EnumSet.of(CREATE, CONNECT, UPDATE),
                    ANY,
                    "network .*(not found|doesn't exist|does not exist)|parent device .* doesn't exist",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_NETWORK"),
            rule(
                    EnumSet.of(CREATE, UPDATE),
                    ANY,
                    "storage volume .*not found|volume .*(not found|doesn't exist)|no such storage volume",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_VOLUME"),
            rule(EnumSet.of(CREATE, UPDATE), ANY, "storage pool not found", Meaning.NOT_FOUND, "NO_SUCH_POOL"),
            // Registries say so of what is not there, too; the next line of theirs asks for a password then.
            rule(
                    EnumSet.of(PULL),
                    ANY,
                    "requested access to the resource is denied|manifest unknown|name unknown|no such host",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_IMAGE"),
            rule(
                    EnumSet.of(PULL),
                    ANY,
                    "unauthorized|authentication required|invalid username/password",
                    Meaning.DENIED,
                    "REGISTRY_DENIED"),
            rule(
                    EnumSet.of(CREATE, PULL),
                    ANY,
                    "image .*not found|image not provided|image alias not found|no such image|requested image couldn't be found"
                            + "|failed getting image|failed getting remote image|failed remote image download"
                            // The index of a remote is remembered for a while: then its files are the first to show the
                            // failure.
                            + "|^get \"https?://[^\"]*\": ",
                    Meaning.NOT_FOUND,
                    "NO_SUCH_IMAGE"),
            rule(
                    EnumSet.of(CREATE, COPY, RENAME, SNAPSHOT, VOLUME_CREATE, NETWORK_CREATE, IMAGE, IMAGE_LOAD),
                    ANY,
                    "already exists|already in use|unique constraint failed: instances",
                    Meaning.ALREADY_EXISTS,
                    "NAME_IN_USE"),
            rule(
                    EnumSet.of(STATE),
                    ANY,
                    // The last one: the part of the daemon's proxy that listens has ended before it could tell why.
                    "address already in use|failed to listen|failed to receive fd from listener",
                    Meaning.CONFLICT,
                    "PORT_IN_USE"),
            rule(
                    EnumSet.of(STATE),
                    ANY,
                    "already running|already stopped|already frozen|is already",
                    Meaning.WRONG_STATE,
                    ALREADY_SO),
            rule(
                    EnumSet.of(RENAME),
                    ANY,
                    "renaming of running|instance is running|is running",
                    Meaning.WRONG_STATE,
                    "CONTAINER_RUNNING"),
            rule(
                    EnumSet.of(REMOVE),
                    ANY,
                    "instance is running|is running|is not stopped|must be stopped",
                    Meaning.WRONG_STATE,
                    "CONTAINER_RUNNING"),
            rule(EnumSet.of(REMOVE), ANY, "is protected", Meaning.CONFLICT, "CONTAINER_PROTECTED"),
            rule(
                    OF_INSTANCES,
                    ANY,
                    "isn't running|is not running|not running|is frozen|container is stopped",
                    Meaning.WRONG_STATE,
                    "CONTAINER_NOT_RUNNING"),
            rule(
                    OF_INSTANCES,
                    ANY,
                    "instance is busy|operation .*already in progress|busy running",
                    Meaning.CONFLICT,
                    "CONTAINER_BUSY"),
            rule(EnumSet.of(COMMIT), ANY, "is running|running instance", Meaning.WRONG_STATE, "CONTAINER_RUNNING"),
            rule(
                    EnumSet.of(CONSOLE),
                    ANY,
                    "already.*console|console.*already|in use",
                    Meaning.CONFLICT,
                    "CONSOLE_IN_USE"),
            rule(EnumSet.of(VOLUME_REMOVE), ANY, "in use|still (being )?used", Meaning.CONFLICT, "VOLUME_IN_USE"),
            rule(EnumSet.of(NETWORK_REMOVE), ANY, "in use|currently used", Meaning.CONFLICT, "NETWORK_IN_USE"),
            rule(
                    EnumSet.of(IMAGE_LOAD),
                    ANY,
                    "unsupported compression|metadata tarball|metadata\\.yaml|bad tar file|not a tar|unexpected eof|: eof|^eof$",
                    Meaning.INVALID,
                    "INVALID_IMAGE_FILE"),
            rule(EnumSet.of(IMAGE_REMOVE), ANY, "in use", Meaning.CONFLICT, "IMAGE_IN_USE"),
            rule(EnumSet.of(NETWORK_CREATE), ANY, "overlap|address already in use", Meaning.CONFLICT, "SUBNET_IN_USE"),
            rule(ALL, 412, null, Meaning.CONFLICT, "CHANGED_MEANWHILE"),
            rule(ALL, 400, null, Meaning.INVALID, "INVALID_REQUEST"),
            rule(ALL, 409, null, Meaning.CONFLICT, "CONFLICT"));

    private final String engine;
    private final JsonMapper json;

    LxdErrors(String engine, JsonMapper json) {
        this.engine = engine;
        this.json = json;
    }

    /** What an answer of 400 and above means.
     *
     * @param subject what the call was about, for people: {@code container abc}
     */
    EngineException of(LxdCall call, String subject, EngineReply reply) {
        return of(call, subject, reply.status(), messageOf(reply));
    }

    /** What an operation that did not succeed means. */
    EngineException of(LxdCall call, String subject, LxdWire.Operation operation) {
        if (operation.wasCancelled()) {
            return new EngineException.Failed(
                    "OPERATION_CANCELLED",
                    "the engine's work on %s was cancelled".formatted(subject),
                    Evidence.of(engine, LxdWire.Operation.CANCELLED, operation.err()),
                    null);
        }
        String text = operation.err() == null || operation.err().isBlank()
                ? null
                : operation.err().strip();
        return of(call, subject, IN_OPERATION, text);
    }

    /** What a status and the daemon's own text mean. */
    EngineException of(LxdCall call, String subject, int status, @Nullable String message) {
        Evidence evidence = Evidence.of(engine, status == IN_OPERATION ? LxdWire.Operation.FAILURE : status, message);
        String text = message != null
                ? message
                : status == IN_OPERATION
                        ? "the engine's work on %s failed".formatted(subject)
                        : "%s answered %d for %s".formatted(engine, status, subject);
        for (Rule rule : RULES) {
            // A status without the daemon's own words may come from anybody on the way: it proves nothing.
            if ((message != null || status == 401 || status == 403)
                    && rule.fits(call, status, message == null ? "" : message)) {
                return exception(rule.meaning(), rule.code(), text, evidence);
            }
        }
        if (status == 404 && message != null) {
            return new EngineException.NotFound(call.missing(), text, evidence);
        }
        return new EngineException.Failed("ENGINE_ERROR", text, evidence, null);
    }

    /** An answer that makes no sense. */
    EngineException nonsense(String what, @Nullable Throwable cause) {
        return new EngineException.Failed("ENGINE_NONSENSE", what, Evidence.of(engine), cause);
    }

    /** A stream that ended too early. */
    EngineException brokeOff(String what) {
        return new EngineException.Failed("ENGINE_BROKE_OFF", what, Evidence.of(engine), null);
    }

    /** The daemon answers, but not to a stranger. */
    EngineException untrusted() {
        return new EngineException.Denied(
                "ENGINE_DENIED",
                "engine %s does not trust the gateway's client certificate".formatted(engine),
                Evidence.of(engine));
    }

    /** An operation that was under way when the daemon was lost. */
    EngineException unknownOutcome(String subject, @Nullable Throwable cause) {
        return new EngineException.Failed(
                OUTCOME_UNKNOWN,
                "the engine was lost while it worked on %s: nobody knows how that ended".formatted(subject),
                Evidence.of(engine),
                cause);
    }

    /** The engine's name. */
    String engine() {
        return engine;
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

    /** The daemon's own words; null for pages of a proxy and the like. */
    @Nullable
    String messageOf(EngineReply reply) {
        String text = reply.text().strip();
        if (!text.startsWith("{")) {
            return null;
        }
        try {
            LxdWire.Envelope envelope = json.readValue(text, LxdWire.Envelope.class);
            String error = envelope == null ? null : envelope.error();
            return error == null || error.isBlank() ? null : error.strip();
        } catch (JacksonException notJson) {
            return null;
        }
    }

    private static EngineException exception(Meaning meaning, String code, String text, Evidence evidence) {
        return switch (meaning) {
            case NOT_FOUND -> new EngineException.NotFound(code, text, evidence);
            case ALREADY_EXISTS -> new EngineException.AlreadyExists(code, text, evidence);
            case CONFLICT -> new EngineException.Conflict(code, text, evidence);
            case WRONG_STATE -> new EngineException.WrongState(code, text, evidence);
            case INVALID -> new EngineException.InvalidRequest(code, text, evidence);
            case DENIED -> new EngineException.Denied(code, text, evidence);
            case FAILED -> new EngineException.Failed(code, text, evidence, null);
        };
    }

    private static Rule rule(Set<LxdCall> calls, int status, @Nullable String text, Meaning meaning, String code) {
        return new Rule(
                calls, status, text == null ? null : Pattern.compile(text, Pattern.CASE_INSENSITIVE), meaning, code);
    }
}
