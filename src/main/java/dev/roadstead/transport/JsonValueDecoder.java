package dev.roadstead.transport;

import dev.roadstead.engine.EngineException;
import dev.roadstead.engine.EngineException.Evidence;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Takes apart JSON objects and arrays that follow each other, on lines of their own or not (as engines send events, statistics and the
 * progress of a pull). Has state: one for each stream, one thread at a time.
 */
public final class JsonValueDecoder {
    private static final int MAX_VALUE_BYTES = 1024 * 1024;

    private final String engine;
    private final ObjectMapper json;
    private final ByteArrayOutputStream value = new ByteArrayOutputStream();
    private int depth;
    private boolean inString;
    private boolean escaped;

    /** @param engine its name, for failures */
    public JsonValueDecoder(String engine, ObjectMapper json) {
        this.engine = engine;
        this.json = json;
    }

    /** Takes the next bytes, cut anywhere; fails with {@code ENGINE_NONSENSE} on what is no JSON or a value above 1 MiB. */
    public List<JsonNode> feed(byte[] bytes) {
        List<JsonNode> values = new ArrayList<>();
        int begin = 0;
        for (int at = 0; at < bytes.length; at++) {
            byte next = bytes[at];
            if (depth == 0) {
                // Between values; byte order within a value never matters, since UTF-8 uses no ASCII byte inside a
                // character.
                if (next == '{' || next == '[') {
                    depth = 1;
                    begin = at;
                } else if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
                    throw nonsense("not JSON: unexpected byte 0x%02x between values".formatted(next), null);
                }
            } else if (ends(next)) {
                keep(bytes, begin, at + 1);
                values.add(parsed());
            }
        }
        if (depth > 0) {
            keep(bytes, begin, bytes.length);
        }
        return values;
    }

    /** Tells that no more comes; fails with {@code ENGINE_BROKE_OFF} in the middle of a value. */
    public void finish() {
        if (depth > 0) {
            throw new EngineException.Failed(
                    "ENGINE_BROKE_OFF",
                    "engine %s broke off in the middle of a JSON value".formatted(engine),
                    Evidence.of(engine),
                    null);
        }
    }

    private boolean ends(byte next) {
        if (inString) {
            if (escaped) {
                escaped = false;
            } else if (next == '\\') {
                escaped = true;
            } else if (next == '"') {
                inString = false;
            }
            return false;
        }
        switch (next) {
            case '"' -> inString = true;
            case '{', '[' -> depth++;
            case '}', ']' -> depth--;
            default -> {}
        }
        return depth == 0;
    }

    private void keep(byte[] bytes, int from, int to) {
        if (to - from > MAX_VALUE_BYTES - value.size()) {
            throw nonsense("JSON value too large (expected: at most %d bytes)".formatted(MAX_VALUE_BYTES), null);
        }
        value.write(bytes, from, to - from);
    }

    private JsonNode parsed() {
        try {
            return json.readTree(value.toByteArray());
        } catch (JacksonException unreadable) {
            throw nonsense("not JSON: " + unreadable.getOriginalMessage(), unreadable);
        } finally {
            value.reset();
        }
    }

    private EngineException.Failed nonsense(String what, @Nullable Throwable cause) {
        return new EngineException.Failed(
                "ENGINE_NONSENSE", "engine %s: %s".formatted(engine, what), Evidence.of(engine), cause);
    }
}
