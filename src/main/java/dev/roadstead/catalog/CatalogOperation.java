package dev.roadstead.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One operation of an engine's API.
 *
 * @param id unique within a version; that of the description, but for a number behind it where that has one twice
 * @param nativeId that of the description where {@code id} is another
 * @param category first segment of the path; Podman's own ones begin with {@code libpod/}
 * @param path without query, its variables in braces
 * @param fixedQuery what the description put into the path
 * @param success statuses, and so {@code errors}
 * @param requestStreaming what the body is if no JSON: {@code tar}, {@code yaml}, {@code raw}, {@code first-frame}; else null
 * @param altStreaming what comes if {@code Accept: application/octet-stream} is sent; null: nothing else
 * @param asynchronous LXD and Incus: the answer is an operation
 * @param operationSockets that operation has WebSockets
 * @param untrusted LXD and Incus: for callers without a trusted certificate
 * @param result name of the answer's definition
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record CatalogOperation(
        String id,
        @Nullable String nativeId,
        String category,
        String method,
        String path,
        Map<String, String> fixedQuery,
        @JsonProperty("params") List<CatalogParameter> parameters,
        List<String> consumes,
        List<String> produces,
        List<Integer> success,
        List<Integer> errors,
        Streaming streaming,
        @Nullable String requestStreaming,
        @Nullable String altStreaming,
        boolean deprecated,
        @JsonProperty("async") @Nullable Boolean asynchronous,
        @Nullable Boolean operationSockets,
        @Nullable Boolean untrusted,
        @Nullable String result) {
    /** By category, path, method and id. */
    static final Comparator<CatalogOperation> ORDER = Comparator.comparing(CatalogOperation::category)
            .thenComparing(CatalogOperation::path)
            .thenComparing(CatalogOperation::method)
            .thenComparing(CatalogOperation::id);

    public CatalogOperation {
        fixedQuery = new TreeMap<>(Objects.requireNonNullElse(fixedQuery, Map.of()));
        parameters = List.copyOf(Objects.requireNonNullElse(parameters, List.of()));
        consumes = List.copyOf(Objects.requireNonNullElse(consumes, List.of()));
        produces = List.copyOf(Objects.requireNonNullElse(produces, List.of()));
        success = List.copyOf(Objects.requireNonNullElse(success, List.of()));
        errors = List.copyOf(Objects.requireNonNullElse(errors, List.of()));
    }

    /** The same with other parameters. */
    CatalogOperation with(List<CatalogParameter> others) {
        return new CatalogOperation(
                id,
                nativeId,
                category,
                method,
                path,
                fixedQuery,
                others,
                consumes,
                produces,
                success,
                errors,
                streaming,
                requestStreaming,
                altStreaming,
                deprecated,
                asynchronous,
                operationSockets,
                untrusted,
                result);
    }

    /** What is known of its body; null: it has none. */
    public @Nullable CatalogParameter body() {
        return parameters.stream().filter(CatalogParameter::isBody).findFirst().orElse(null);
    }
}
