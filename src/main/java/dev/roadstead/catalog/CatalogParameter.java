package dev.roadstead.catalog;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A parameter of an operation, as the engine's description has it.
 *
 * @param in {@code path}, {@code query}, {@code header}, {@code body}, or of a form
 * @param type of JSON schema; {@code any} if a body's is not told
 * @param items type of an array's items
 * @param collectionFormat of an array as described, or that it is not
 * @param schema name of a body's definition
 * @param declared false: only the path's template tells of it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CatalogParameter(
        String name,
        String in,
        String type,
        boolean required,
        @Nullable String format,
        @JsonProperty("default") @Nullable JsonNode defaultValue,
        @JsonProperty("enum") @Nullable JsonNode values,
        @Nullable String items,
        @Nullable String collectionFormat,
        @Nullable String schema,
        @Nullable Boolean allowEmptyValue,
        @Nullable Boolean declared) {
    /** A variable of the path that the description forgot. */
    static CatalogParameter ofPath(String name) {
        return new CatalogParameter(name, "path", "string", true, null, null, null, null, null, null, null, false);
    }

    /** Whether it is the body. */
    @JsonIgnore
    public boolean isBody() {
        return in.equals("body");
    }

    /** Whether it takes many values. */
    @JsonIgnore
    public boolean isArray() {
        return type.equals("array");
    }
}
