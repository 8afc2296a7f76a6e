package dev.roadstead.catalog;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Every operation of one version of an engine's API.
 *
 * @param engine the word of its kind
 * @param pathPrefix before every path, {@code {version}} in it
 * @param docUrl template of an operation's page, with {@code {version}}, {@code {category}} and {@code {id}}; empty: there is none
 */
public record Catalog(
        String engine, String version, String pathPrefix, String docUrl, List<CatalogOperation> operations) {
    public Catalog {
        operations = List.copyOf(operations);
    }

    /** Whether this is the version that is written so, with or without a {@code v}. */
    public boolean isOf(String given) {
        return ApiVersions.named(given, List.of(version)).isPresent();
    }

    /** The categories in order. */
    public List<String> categories() {
        return operations.stream()
                .map(CatalogOperation::category)
                .distinct()
                .sorted()
                .toList();
    }

    /** One operation; null if there is none of this id. */
    public @Nullable CatalogOperation operation(String id) {
        return operations.stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** An operation's page; null if there is none. */
    public @Nullable String docUrl(CatalogOperation operation) {
        String id = operation.nativeId() == null ? operation.id() : operation.nativeId();
        return docUrl.isEmpty()
                ? null
                : docUrl.replace("{version}", version)
                        .replace("{category}", operation.category())
                        .replace("{id}", id);
    }

    /**
     * What stands before an operation's path.
     *
     * @param spoken the version that the engine speaks; null if it does not tell. It goes before another one of its series, which an
     *     engine may refuse as newer than itself
     */
    public String prefix(@Nullable String spoken) {
        String exact = spoken != null && ApiVersions.areOfOneSeries(spoken, version) ? spoken : version;
        int dash = exact.indexOf('-');
        return pathPrefix.replace("{version}", dash < 0 ? exact : exact.substring(0, dash));
    }
}
