package dev.roadstead.adapter.kleened.standin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON as the daemon reads and writes it: of keys that come twice the first counts. */
final class JsonText {
    static final JsonMapper MAPPER = new JsonMapper();
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonText() {}

    /** The value, or null if this is no JSON. */
    static @Nullable JsonNode parse(byte[] text) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
        } catch (CharacterCodingException notText) {
            return null;
        }
        try (JsonParser parser = MAPPER.createParser(text)) {
            if (parser.nextToken() == null) {
                return null;
            }
            JsonNode value = value(parser);
            return parser.nextToken() == null ? value : null;
        } catch (JacksonException unreadable) {
            return null;
        }
    }

    private static JsonNode value(JsonParser parser) {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    object.putIfAbsent(key, value(parser));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(value(parser));
                }
                yield array;
            }
            case VALUE_TRUE, VALUE_FALSE -> NODES.booleanNode(parser.getBooleanValue());
            case VALUE_NULL -> NODES.nullNode();
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getBigIntegerValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            default -> NODES.stringNode(parser.getString());
        };
    }

    static byte[] bytes(JsonNode value) {
        return MAPPER.writeValueAsBytes(value);
    }

    static ArrayNode strings(Iterable<String> values) {
        ArrayNode array = NODES.arrayNode();
        values.forEach(array::add);
        return array;
    }

    /** A control message of the WebSockets. */
    static byte[] control(String type, String message, String data) {
        return bytes(
                NODES.objectNode().put("data", data).put("message", message).put("msg_type", type));
    }
}
