package dev.roadstead.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * All versions of one engine's API as they are kept: what is the same in many versions is there once.
 *
 * @param versions oldest first
 * @param parameters every one that differs from all others
 * @param variants every form an operation has had
 */
record CatalogFamily(
        String engine,
        String pathPrefix,
        String docUrl,
        List<String> versions,
        List<CatalogParameter> parameters,
        List<Variant> variants) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    /**
     * A form of an operation.
     *
     * @param spans of versions that have it: first and last, first and last …, by their place
     * @param uses its parameters, by their place
     * @param operation without parameters
     */
    record Variant(List<Integer> spans, List<Integer> uses, CatalogOperation operation) {
        boolean isIn(int version) {
            for (int at = 0; at < spans.size(); at += 2) {
                if (spans.get(at) <= version && version <= spans.get(at + 1)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Puts versions of one engine together. */
    static CatalogFamily of(List<Catalog> catalogs) {
        Map<String, Catalog> byVersion = new TreeMap<>(ApiVersions.ORDER);
        catalogs.forEach(catalog -> byVersion.put(catalog.version(), catalog));
        Catalog newest = catalogs.getLast();
        Map<CatalogParameter, Integer> parameters = new LinkedHashMap<>();
        Map<CatalogOperation, List<Integer>> spans = new HashMap<>();
        int place = 0;
        for (Catalog catalog : byVersion.values()) {
            int version = place++;
            for (CatalogOperation operation : catalog.operations()) {
                extend(spans.computeIfAbsent(operation, _ -> new ArrayList<>()), version);
                operation.parameters().forEach(used -> parameters.putIfAbsent(used, parameters.size()));
            }
        }
        List<Variant> variants = spans.keySet().stream()
                .sorted(CatalogOperation.ORDER.thenComparing(
                        operation -> spans.getOrDefault(operation, List.of()).getFirst()))
                .map(operation -> new Variant(
                        spans.getOrDefault(operation, List.of()),
                        operation.parameters().stream()
                                .map(used -> parameters.getOrDefault(used, -1))
                                .toList(),
                        operation.with(List.of())))
                .toList();
        return new CatalogFamily(
                newest.engine(),
                newest.pathPrefix(),
                newest.docUrl(),
                List.copyOf(byVersion.keySet()),
                List.copyOf(parameters.keySet()),
                variants);
    }

    private static void extend(List<Integer> spans, int version) {
        if (!spans.isEmpty() && spans.getLast() == version - 1) {
            spans.set(spans.size() - 1, version);
        } else {
            spans.add(version);
            spans.add(version);
        }
    }

    /** One version. */
    Catalog at(String version) {
        int place = versions.indexOf(version);
        List<CatalogOperation> operations = variants.stream()
                .filter(variant -> variant.isIn(place))
                .map(variant -> variant.operation()
                        .with(variant.uses().stream().map(parameters::get).toList()))
                .sorted(CatalogOperation.ORDER)
                .toList();
        return new Catalog(engine, version, pathPrefix, docUrl, operations);
    }

    /** Reads what {@link #write} wrote. */
    static CatalogFamily read(InputStream compressed) throws IOException {
        try (InputStream plain = new GZIPInputStream(compressed)) {
            return JSON.readValue(plain, CatalogFamily.class);
        }
    }

    /** Writes it; the same family becomes the same bytes. */
    void write(OutputStream to) throws IOException {
        try (OutputStream compressed = new GZIPOutputStream(to)) {
            compressed.write(JSON.writeValueAsBytes(this));
        }
    }
}
