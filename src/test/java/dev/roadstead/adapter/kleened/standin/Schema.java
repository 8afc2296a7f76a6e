package dev.roadstead.adapter.kleened.standin;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Checks a body or a query against what the daemon expects, and adds the defaults. */
final class Schema {
    /** What is wrong and where. */
    record Fault(String pointer, String detail) {}

    /** The faults, or the value with its defaults. */
    record Cast(List<Fault> faults, ObjectNode value) {}

    private enum Kind {
        STRING,
        BOOLEAN,
        ARRAY,
        OBJECT;

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** One key. */
    static final class Field {
        private final Kind kind;
        private final @Nullable JsonNode fallback;
        private boolean required;
        private boolean nullable;
        private List<String> values = List.of();
        private int maxLength = Integer.MAX_VALUE;
        private @Nullable Field items;
        private @Nullable Schema fields;

        private Field(Kind kind, @Nullable JsonNode fallback) {
            this.kind = kind;
            this.fallback = fallback;
        }

        Field required() {
            required = true;
            return this;
        }

        Field orNull() {
            nullable = true;
            return this;
        }

        Field of(String... allowed) {
            values = List.of(allowed);
            return this;
        }

        Field atMost(int length) {
            maxLength = length;
            return this;
        }
    }

    private final Map<String, Field> fields = new LinkedHashMap<>();

    static Field string() {
        return new Field(Kind.STRING, null);
    }

    static Field string(String fallback) {
        return new Field(Kind.STRING, JsonText.NODES.stringNode(fallback));
    }

    static Field bool() {
        return new Field(Kind.BOOLEAN, null);
    }

    static Field bool(boolean fallback) {
        return new Field(Kind.BOOLEAN, JsonText.NODES.booleanNode(fallback));
    }

    static Field map() {
        return new Field(Kind.OBJECT, JsonText.NODES.objectNode());
    }

    static Field object(Schema schema) {
        Field field = new Field(Kind.OBJECT, null);
        field.fields = schema;
        return field;
    }

    static Field array(Field items) {
        Field field = new Field(Kind.ARRAY, JsonText.NODES.arrayNode());
        field.items = items;
        return field;
    }

    Schema with(String name, Field field) {
        fields.put(name, field);
        return this;
    }

    boolean knows(String name) {
        return fields.containsKey(name);
    }

    /** Casts a body; keys it does not know are left out. */
    Cast cast(JsonNode value) {
        List<Fault> faults = new ArrayList<>();
        ObjectNode result = JsonText.NODES.objectNode();
        cast("", value, result, faults);
        return new Cast(faults, result);
    }

    /** Casts a query, where an unknown key is a fault and only {@code true} and {@code false} are booleans. */
    Cast castQuery(Map<String, String> query) {
        ObjectNode typed = JsonText.NODES.objectNode();
        for (Map.Entry<String, String> entry : query.entrySet()) {
            Field field = fields.get(entry.getKey());
            if (field == null) {
                return new Cast(List.of(new Fault("/" + entry.getKey(), "Unexpected field: " + entry.getKey())), typed);
            }
            String text = entry.getValue();
            if (field.kind == Kind.BOOLEAN && (text.equals("true") || text.equals("false"))) {
                typed.put(entry.getKey(), text.equals("true"));
            } else {
                typed.put(entry.getKey(), text);
            }
        }
        return cast(typed);
    }

    private void cast(String pointer, JsonNode value, ObjectNode result, List<Fault> faults) {
        if (!value.isObject()) {
            faults.add(new Fault(pointer.isEmpty() ? "/" : pointer, "Invalid object. Got: " + word(value)));
            return;
        }
        fields.forEach((name, field) -> {
            if (field.required && !value.has(name)) {
                faults.add(new Fault(pointer + "/" + name, "Missing field: " + name));
            }
        });
        if (!faults.isEmpty()) {
            return;
        }
        fields.forEach((name, field) -> {
            JsonNode given = value.get(name);
            if (given != null) {
                result.set(name, castField(pointer + "/" + name, given, field, faults));
            } else if (field.fallback != null) {
                result.set(name, field.fallback.deepCopy());
            }
        });
    }

    private static JsonNode castField(String pointer, JsonNode given, Field field, List<Fault> faults) {
        String fault = fault(given, field);
        if (fault != null) {
            faults.add(new Fault(pointer, fault));
        } else if (given.isArray() && field.items != null) {
            ArrayNode array = JsonText.NODES.arrayNode();
            for (int i = 0; i < given.size(); i++) {
                array.add(castField(pointer + "/" + i, given.get(i), field.items, faults));
            }
            return array;
        } else if (given.isObject() && field.fields != null) {
            ObjectNode object = JsonText.NODES.objectNode();
            field.fields.cast(pointer, given, object, faults);
            return object;
        }
        return given;
    }

    private static @Nullable String fault(JsonNode given, Field field) {
        if (given.isNull()) {
            return field.nullable ? null : "null value where %s expected".formatted(field.kind.word());
        }
        boolean fits = switch (field.kind) {
            case STRING -> given.isString();
            case BOOLEAN -> given.isBoolean();
            case ARRAY -> given.isArray();
            case OBJECT -> given.isObject();
        };
        if (!fits) {
            return "Invalid %s. Got: %s".formatted(field.kind.word(), word(given));
        }
        if (!field.values.isEmpty() && !field.values.contains(given.asString())) {
            return "Invalid value for enum";
        }
        if (given.isString() && given.asString().length() > field.maxLength) {
            return "String length is larger than maxLength: " + field.maxLength;
        }
        return null;
    }

    private static String word(JsonNode value) {
        return switch (value.getNodeType()) {
            case ARRAY -> "array";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case OBJECT -> "object";
            case NULL -> "null";
            default -> "string";
        };
    }
}
