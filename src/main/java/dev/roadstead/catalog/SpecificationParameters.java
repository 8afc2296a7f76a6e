package dev.roadstead.catalog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The parameters in an API description, its references followed. */
final class SpecificationParameters {
    private static final int LONGEST_CHAIN = 8;
    private static final String REFERENCE = "$ref";

    private final JsonNode description;

    SpecificationParameters(JsonNode description) {
        this.description = description;
    }

    /** What a node stands for. */
    JsonNode resolved(JsonNode node) {
        JsonNode at = node;
        for (int step = 0; step < LONGEST_CHAIN && at.has(REFERENCE); step++) {
            JsonNode found = description.at(at.path(REFERENCE).asString("").replaceFirst("^#", ""));
            if (found.isMissingNode()) {
                return at;
            }
            at = found;
        }
        return at;
    }

    /** The name of the definition that a schema or an answer refers to; null if to none. */
    static @Nullable String name(JsonNode schema) {
        if (schema.has(REFERENCE)) {
            String reference = schema.path(REFERENCE).asString("");
            return reference.substring(reference.lastIndexOf('/') + 1);
        }
        if (schema.path("type").asString("").equals("array")) {
            String item = name(schema.path("items"));
            return item == null ? null : item + "[]";
        }
        for (JsonNode part : schema.path("allOf")) {
            String found = name(part);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** Those of an operation and of its route, each once. */
    List<CatalogParameter> of(JsonNode item, JsonNode told) {
        List<CatalogParameter> all = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (JsonNode list : List.of(item.path("parameters"), told.path("parameters"))) {
            for (JsonNode one : list) {
                JsonNode parameter = resolved(one);
                String place = parameter.path("in").asString("");
                String name = parameter.path("name").asString("body");
                if (!place.isEmpty() && seen.add(place + " " + name)) {
                    all.add(place.equals("body") ? body(name, parameter) : other(name, place, parameter));
                }
            }
        }
        JsonNode body = resolved(told.path("requestBody"));
        if (body.isObject()) {
            all.add(ofContent(body));
        }
        return all;
    }

    private CatalogParameter body(String name, JsonNode parameter) {
        JsonNode schema = parameter.path("schema");
        JsonNode target = resolved(schema);
        return new CatalogParameter(
                name,
                "body",
                target.path("type").asString(schema.isMissingNode() ? "any" : "object"),
                parameter.path("required").asBoolean(false),
                target.path("format").asString("").equals("binary") ? "binary" : null,
                null,
                null,
                null,
                null,
                name(schema),
                null,
                null);
    }

    private CatalogParameter ofContent(JsonNode body) {
        JsonNode schema = body.path("none");
        for (JsonNode media : body.path("content")) {
            schema = schema.isMissingNode() ? media.path("schema") : schema;
        }
        return new CatalogParameter(
                "body",
                "body",
                resolved(schema).path("type").asString("object"),
                body.path("required").asBoolean(false),
                null,
                null,
                null,
                null,
                null,
                name(schema),
                null,
                null);
    }

    private CatalogParameter other(String name, String place, JsonNode parameter) {
        JsonNode source = parameter.has("type") ? parameter : resolved(parameter.path("schema"));
        String type = type(source.path("type"));
        boolean array = type.equals("array");
        JsonNode value = source.path("default");
        return new CatalogParameter(
                name,
                place,
                type,
                parameter.path("required").asBoolean(place.equals("path")),
                source.path("format").isString() ? source.path("format").asString() : null,
                value.isValueNode() && !value.isNull() ? value : null,
                source.path("enum").isArray() ? source.path("enum") : null,
                array ? resolved(source.path("items")).path("type").asString("string") : null,
                array ? collectionFormat(parameter, source) : null,
                null,
                source.path("allowEmptyValue").asBoolean(false) ? true : null,
                null);
    }

    private static String type(JsonNode told) {
        for (JsonNode one : told) {
            if (!one.asString("").equals("null")) {
                return one.asString("string");
            }
        }
        return told.asString("string");
    }

    private static String collectionFormat(JsonNode parameter, JsonNode source) {
        String told = parameter
                .path("collectionFormat")
                .asString(source.path("collectionFormat").asString(""));
        if (!told.isEmpty()) {
            return told;
        }
        if (parameter.has("explode")) {
            return parameter.path("explode").asBoolean(true) ? "multi" : "csv";
        }
        return "undeclared";
    }
}
