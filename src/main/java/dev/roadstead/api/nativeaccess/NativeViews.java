package dev.roadstead.api.nativeaccess;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.roadstead.catalog.Catalog;
import dev.roadstead.catalog.CatalogOperation;
import dev.roadstead.catalog.CatalogParameter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What native operations look like to clients. */
public final class NativeViews {
    private NativeViews() {}

    /** Categories. */
    @Schema(name = "NativeCategories", description = "The categories of an engine's own API.")
    public record CategoryList(
            @Schema(description = "The version of the API that they are of.", example = "1.41")
            String version,

            @Schema(description = "In alphabetical order.", example = "[\"containers\",\"libpod/containers\"]")
            List<String> categories) {}

    /** Operations in short. */
    @Schema(name = "NativeOperations", description = "Operations of an engine's own API.")
    public record OperationList(
            @Schema(description = "The version of the API that they are of.", example = "1.41")
            String version,

            @Schema(description = "By category, path and method.")
            List<ShortView> operations) {}

    /** An operation in short. */
    @Schema(name = "NativeOperationSummary", description = "An operation of an engine's own API, in short.")
    public record ShortView(
            @Schema(description = "Names it in this version.", example = "ContainerList")
            String id,

            @Schema(description = "Its category.", example = "containers")
            String category,

            @Schema(description = "Its method.", example = "GET")
            String method,

            @Schema(description = "Its path, variables in braces.", example = "/containers/json")
            String path,

            @Schema(
                    description = "How its answer is framed.",
                    example = "none",
                    allowableValues = {"none", "ndjson", "raw-stream", "multiplexed", "hijack", "websocket", "tar"})
            String streaming,

            @Schema(description = "Whether the engine means to drop it.", example = "false")
            boolean deprecated) {
        static ShortView of(CatalogOperation operation) {
            return new ShortView(
                    operation.id(),
                    operation.category(),
                    operation.method(),
                    operation.path(),
                    operation.streaming().word(),
                    operation.deprecated());
        }
    }

    /** A parameter. */
    @Schema(name = "NativeParameter", description = "A parameter of a native operation.")
    public record ParameterView(
            @Schema(description = "Its name.", example = "all")
            String name,

            @Schema(
                    description = "Where it goes.",
                    example = "query",
                    allowableValues = {"path", "query", "header", "formData"})
            String in,

            @Schema(description = "Its type.", example = "boolean")
            String type,

            @Schema(description = "Whether it must be given.", example = "false")
            boolean required,

            @Schema(description = "Its format; null if not told.", example = "int64") @Nullable
            String format,

            @Schema(name = "default", description = "What it is if not given; null if not told.", example = "false")
            @JsonProperty("default")
            @Nullable
            Object defaultValue,

            @Schema(name = "enum", description = "The only values; null if any.", example = "[\"json\",\"table\"]")
            @JsonProperty("enum")
            @Nullable
            Object values,

            @Schema(description = "The type of an array's items; null if it is none.", example = "string") @Nullable
            String items,

            @Schema(
                    description = "How an array is sent: multi repeats the key; null if it is none.",
                    example = "multi",
                    allowableValues = {"multi", "csv", "ssv", "tsv", "pipes"})
            @Nullable
            String arrayForm,

            @Schema(description = "False if the description forgot it and only the path tells of it.", example = "true")
            boolean declared) {
        static ParameterView of(CatalogParameter known) {
            return new ParameterView(
                    known.name(),
                    known.in(),
                    known.type(),
                    known.required(),
                    known.format(),
                    plain(known.defaultValue()),
                    plain(known.values()),
                    known.items(),
                    known.isArray() ? arrayForm(known) : null,
                    known.declared() == null || known.declared());
        }

        private static String arrayForm(CatalogParameter known) {
            return known.in().equals("header")
                    ? "csv"
                    : known.collectionFormat() == null
                                    || known.collectionFormat().equals("undeclared")
                            ? "multi"
                            : known.collectionFormat();
        }

        private static @Nullable Object plain(@Nullable JsonNode node) {
            if (node == null || node.isNull()) {
                return null;
            }
            if (node.isArray()) {
                return node.valueStream().map(ParameterView::plain).toList();
            }
            return node.isBoolean() ? node.asBoolean() : node.isNumber() ? node.numberValue() : node.asString();
        }
    }

    /** A body. */
    @Schema(name = "NativeBody", description = "The body of a native operation: what data is.")
    public record BodyView(
            @Schema(description = "The type of its JSON; any if not told.", example = "object")
            String type,

            @Schema(description = "Whether it must be given.", example = "false")
            boolean required,

            @Schema(
                    description = "Its name in the engine's description; null if it has none.",
                    example = "ContainerConfig")
            @Nullable
            String schema,

            @Schema(description = "Media types that are read.", example = "[\"application/json\"]")
            List<String> consumes,

            @Schema(
                    description = "What it is if it is no JSON: tar, yaml, raw, or first-frame of a socket; else null.",
                    example = "tar")
            @Nullable
            String streaming) {}

    /** An operation. */
    @Schema(name = "NativeOperation", description = "An operation of an engine's own API.")
    public record OperationDoc(
            @Schema(description = "The version of the API that it is of.", example = "1.41")
            String version,

            @Schema(description = "Names it in this version.", example = "ContainerList")
            String id,

            @Schema(
                    description = "Its id in the engine's description, which has it twice; else null.",
                    example = "instance_exec-output_get")
            @Nullable
            String nativeId,

            @Schema(
                    description = "What it is, in words made of its id.",
                    example = "Container list: GET /containers/json")
            String summary,

            @Schema(description = "Its category.", example = "containers")
            String category,

            @Schema(description = "Its method.", example = "GET")
            String method,

            @Schema(description = "Its path, variables in braces.", example = "/containers/json")
            String path,

            @Schema(description = "What always stands in its query.", example = "{\"recursion\":\"1\"}")
            Map<String, String> fixedQuery,

            @Schema(description = "Its parameters, the body apart.")
            List<ParameterView> params,

            @Schema(description = "Its body; null if it has none.") @Nullable
            BodyView body,

            @Schema(description = "Media types of its answer.", example = "[\"application/json\"]")
            List<String> produces,

            @Schema(description = "Statuses of success.", example = "[200]")
            List<Integer> success,

            @Schema(description = "Statuses of failure.", example = "[400,500]")
            List<Integer> errors,

            @Schema(
                    description = "How its answer is framed.",
                    example = "none",
                    allowableValues = {"none", "ndjson", "raw-stream", "multiplexed", "hijack", "websocket", "tar"})
            String streaming,

            @Schema(
                    description = "What is answered to Accept: application/octet-stream; null if nothing else.",
                    example = "raw-stream")
            @Nullable
            String altStreaming,

            @Schema(description = "Whether the engine means to drop it.", example = "false")
            boolean deprecated,

            @Schema(
                    name = "async",
                    description = "Whether the answer is an operation of the engine.",
                    example = "false")
            @JsonProperty("async")
            boolean asynchronous,

            @Schema(description = "Whether that operation has WebSockets.", example = "false")
            boolean operationSockets,

            @Schema(description = "Whether it is for callers that the engine does not trust.", example = "false")
            boolean untrusted,

            @Schema(
                    description = "The name of its answer in the engine's description; null if it has none.",
                    example = "ContainerSummary[]")
            @Nullable
            String result,

            @Schema(
                    description = "The page that documents it; null if there is none.",
                    example = "https://docs.docker.com/reference/api/engine/version/v1.41/#operation/ContainerList")
            @Nullable
            String docUrl) {
        static OperationDoc of(Catalog catalog, CatalogOperation operation) {
            CatalogParameter body = operation.body();
            return new OperationDoc(
                    catalog.version(),
                    operation.id(),
                    operation.nativeId(),
                    "%s: %s %s".formatted(words(operation.id()), operation.method(), operation.path()),
                    operation.category(),
                    operation.method(),
                    operation.path(),
                    operation.fixedQuery(),
                    operation.parameters().stream()
                            .filter(known -> !known.isBody())
                            .map(ParameterView::of)
                            .toList(),
                    body == null
                            ? null
                            : new BodyView(
                                    body.type(),
                                    body.required(),
                                    body.schema(),
                                    operation.consumes(),
                                    operation.requestStreaming()),
                    operation.produces(),
                    operation.success(),
                    operation.errors(),
                    operation.streaming().word(),
                    operation.altStreaming(),
                    operation.deprecated(),
                    Boolean.TRUE.equals(operation.asynchronous()),
                    Boolean.TRUE.equals(operation.operationSockets()),
                    Boolean.TRUE.equals(operation.untrusted()),
                    operation.result(),
                    catalog.docUrl(operation));
        }

        private static String words(String id) {
            String spaced = id.replaceAll("([a-z0-9])([A-Z])", "$1 $2").replaceAll("[._-]+", " ");
            String lower = spaced.toLowerCase(Locale.ROOT).strip();
            return lower.isEmpty() ? id : Character.toUpperCase(lower.charAt(0)) + lower.substring(1);
        }
    }
}
