package dev.roadstead.nativeaccess;

import dev.roadstead.catalog.Catalog;
import dev.roadstead.catalog.CatalogOperation;
import dev.roadstead.catalog.CatalogParameter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Puts the parameters of an operation where its description wants them. */
final class NativeParameters {
    /** Names of images and plugins hold slashes, which these engines take as they are. */
    private static final Set<String> GREEDY = Set.of("docker", "podman");

    private final Catalog catalog;
    private final CatalogOperation operation;
    private final Map<String, JsonNode> given;
    private final Map<String, String> path = new LinkedHashMap<>();
    private final List<String> query = new ArrayList<>();
    private final Map<String, String> headers = NativeHeaders.empty();
    private final List<String> undeclared = new ArrayList<>();

    NativeParameters(Catalog catalog, CatalogOperation operation, Map<String, JsonNode> given) {
        this.catalog = catalog;
        this.operation = operation;
        this.given = given;
    }

    /** Places all of them; fails with {@link NativeRefusal} if one is missing, or not declared and not to be passed on. */
    NativeParameters place(boolean hasBody, boolean passUndeclared) {
        Map<String, JsonNode> left = new LinkedHashMap<>(given);
        left.values().removeIf(JsonNode::isNull);
        List<String> missing = new ArrayList<>();
        Set<String> declared = operation.parameters().stream()
                .filter(known -> !known.isBody())
                .map(CatalogParameter::name)
                .collect(Collectors.toSet());
        for (CatalogParameter known : operation.parameters()) {
            JsonNode value = known.isBody() ? null : left.get(known.name());
            if (value != null) {
                put(known, value);
            } else if (known.required() && known.defaultValue() == null && !(known.isBody() && hasBody)) {
                missing.add(known.isBody() ? "data" : known.name());
            }
        }
        left.keySet().removeAll(declared);
        if (!missing.isEmpty()) {
            throw new NativeRefusal(
                    NativeRefusal.Kind.INVALID,
                    "MISSING_PARAMETERS",
                    "%s needs %s".formatted(operation.id(), String.join(", ", missing)),
                    Map.of("missing", missing));
        }
        if (hasBody && operation.body() == null) {
            undeclared.add("data");
        }
        undeclared.addAll(left.keySet());
        if (!undeclared.isEmpty() && !passUndeclared) {
            throw new NativeRefusal(
                    NativeRefusal.Kind.INVALID,
                    "UNDECLARED_PARAMETERS",
                    "%s declares no %s (undeclared: pass sends them all the same)"
                            .formatted(operation.id(), String.join(", ", undeclared)),
                    Map.of(
                            "undeclared",
                            undeclared,
                            "declared",
                            declared.stream().sorted().toList()));
        }
        left.forEach((name, value) -> query(name, value, "multi"));
        operation.fixedQuery().forEach((name, value) -> {
            if (!given.containsKey(name)) {
                query.add(value.isEmpty() ? encoded(name) : encoded(name) + "=" + encoded(value));
            }
        });
        return this;
    }

    private void put(CatalogParameter known, JsonNode value) {
        switch (known.in()) {
            case "path" -> path.put(known.name(), segment(known.name(), value));
            case "header" ->
                NativeHeaders.put(
                        headers,
                        known.name(),
                        RegistryHeader.is(known.name())
                                ? RegistryHeader.encoded(known.name(), value)
                                : value.isArray()
                                        ? value.valueStream()
                                                .map(NativeParameters::text)
                                                .collect(Collectors.joining(","))
                                        : text(value));
            default -> query(known.name(), value, known.isArray() ? String.valueOf(known.collectionFormat()) : "multi");
        }
    }

    private String segment(String name, JsonNode value) {
        if (!value.isValueNode() || value.asString("").isEmpty()) {
            throw NativeRefusal.invalid(
                    "INVALID_PARAMETER", "params." + name, "%s (expected: a text that is not empty)".formatted(name));
        }
        String text = value.asString();
        if (!GREEDY.contains(catalog.engine())) {
            return NativePath.encoded(text);
        }
        return List.of(text.split("/", -1)).stream().map(NativePath::encoded).collect(Collectors.joining("/"));
    }

    /** A query of what no description knows. */
    static String query(Map<String, JsonNode> given) {
        List<String> query = new ArrayList<>();
        given.forEach((name, value) -> {
            if (!value.isNull()) {
                query(query, name, value, "multi");
            }
        });
        return query.isEmpty() ? "" : "?" + String.join("&", query);
    }

    private void query(String name, JsonNode value, String collectionFormat) {
        query(query, name, value, collectionFormat);
    }

    /** An object is sent as its JSON, which is what engines take for filters and the like. */
    private static void query(List<String> query, String name, JsonNode value, String collectionFormat) {
        if (!value.isArray()) {
            query.add(encoded(name) + "=" + encoded(text(value)));
            return;
        }
        switch (collectionFormat) {
            case "csv" -> query.add(encoded(name) + "=" + joined(value, ","));
            case "ssv" -> query.add(encoded(name) + "=" + joined(value, "%20"));
            case "tsv" -> query.add(encoded(name) + "=" + joined(value, "%09"));
            case "pipes" -> query.add(encoded(name) + "=" + joined(value, "%7C"));
            default -> value.forEach(one -> query.add(encoded(name) + "=" + encoded(text(one))));
        }
    }

    /** Each encoded for itself, so that one with the separator in it stays one (RFC 6570, section 3.2.8). */
    private static String joined(JsonNode values, String separator) {
        return values.valueStream().map(one -> encoded(text(one))).collect(Collectors.joining(separator));
    }

    private static String text(JsonNode value) {
        return value.isValueNode() ? value.asString() : value.toString();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The path with its variables filled in; the API's version stands before it. */
    NativePath path(String prefix) {
        String filled = operation.path();
        for (Map.Entry<String, String> variable : path.entrySet()) {
            filled = filled.replace("{" + variable.getKey() + "}", variable.getValue());
        }
        return NativePath.of(prefix + filled);
    }

    /** Behind the path, with its question mark if there is any. */
    String query() {
        return query.isEmpty() ? "" : "?" + String.join("&", query);
    }

    Map<String, String> headers() {
        return headers;
    }

    /** What the description does not know. */
    List<String> undeclared() {
        return undeclared;
    }
}
