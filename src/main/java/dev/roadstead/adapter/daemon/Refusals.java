package dev.roadstead.adapter.daemon;

import dev.roadstead.engine.Capability;
import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import dev.roadstead.transport.EngineReply;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the refusals of one kind of daemon mean: decided by call and status, and by the text only where those are not enough. Text that
 * no rule knows never becomes the caller's fault.
 */
public final class Refusals {
    /** Every call. */
    public static final Set<DaemonCall> ALL = Set.copyOf(EnumSet.allOf(DaemonCall.class));

    /** Any status. */
    public static final int ANY = 0;

    private static final int LONGEST_PLAIN_TEXT = 500;

    /** What the caller can do about it. */
    public enum Meaning {
        NOT_FOUND,
        ALREADY_EXISTS,
        CONFLICT,
        WRONG_STATE,
        INVALID,
        DENIED,
        NO_LOGS,
        FAILED
    }

    /**
     * One meaning.
     *
     * @param text what the daemon's words must have in them; null: anything
     */
    public record Rule(
            Set<DaemonCall> calls, int status, @Nullable Pattern text, Meaning meaning, String code) {
        private boolean fits(DaemonCall call, int actual, @Nullable String message) {
            return calls.contains(call)
                    && (status == ANY || status == actual)
                    && (text == null
                            || (message != null && text.matcher(message).find()));
        }
    }

    private final String engine;
    private final List<Rule> rules;

    /** @param rules the first that fits counts */
    public Refusals(String engine, List<Rule> rules) {
        this.engine = engine;
        this.rules = rules;
    }

    /** A rule whose text is a pattern, without regard to case. */
    public static Rule rule(Set<DaemonCall> calls, int status, @Nullable String text, Meaning meaning, String code) {
        return new Rule(
                calls, status, text == null ? null : Pattern.compile(text, Pattern.CASE_INSENSITIVE), meaning, code);
    }

    /**
     * The daemon's own words, in JSON or plain; null for pages of a proxy and the like.
     *
     * @param told finds them in its JSON
     */
    public static @Nullable String words(
            EngineReply reply, JsonMapper json, Function<JsonNode, @Nullable String> told) {
        String type = reply.header("content-type");
        String text = reply.text().strip();
        if (text.startsWith("{")) {
            try {
                return told.apply(json.readTree(text));
            } catch (JacksonException notJson) {
                return null;
            }
        }
        boolean plain = type != null && type.toLowerCase(Locale.ROOT).startsWith("text/plain");
        return plain && !text.isEmpty() && text.length() <= LONGEST_PLAIN_TEXT && !text.contains("<") ? text : null;
    }

    /** A text that says something; null for anything else. */
    public static @Nullable String text(@Nullable JsonNode node) {
        return node == null || !node.isString() || node.asString().isBlank()
                ? null
                : node.asString().strip();
    }

    /** What a status and the daemon's own text mean; null where it has none. */
    public EngineException of(DaemonCall call, String subject, int status, @Nullable String message) {
        Evidence evidence = Evidence.of(engine, status, message);
        String text = message != null ? message : "%s answered %d for %s".formatted(engine, status, subject);
        for (Rule rule : rules) {
            // A 404 or 409 without the daemon's own words may come from anybody on the way: it proves nothing.
            if (rule.fits(call, status, message) && (message != null || status == 401 || status == 403)) {
                return exception(rule.meaning(), rule.code(), text, evidence);
            }
        }
        if (status == 404 && message != null) {
            return new EngineException.NotFound(call.missing(), text, evidence);
        }
        return new EngineException.Failed("ENGINE_ERROR", text, evidence, null);
    }

    private static EngineException exception(Meaning meaning, String code, String text, Evidence evidence) {
        return switch (meaning) {
            case NOT_FOUND -> new EngineException.NotFound(code, text, evidence);
            case ALREADY_EXISTS -> new EngineException.AlreadyExists(code, text, evidence);
            case CONFLICT -> new EngineException.Conflict(code, text, evidence);
            case WRONG_STATE -> new EngineException.WrongState(code, text, evidence);
            case INVALID -> new EngineException.InvalidRequest(code, text, evidence);
            case DENIED -> new EngineException.Denied(code, text, evidence);
            case NO_LOGS -> new EngineException.Unsupported(Capability.LOGS, text, evidence);
            case FAILED -> new EngineException.Failed(code, text, evidence, null);
        };
    }
}
