package dev.roadstead.catalog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Adds versions to the shipped catalogs, or replaces them: {@code docker:1.56=v1.56.yaml} reads an API description, a plain path a
 * catalog as JSON, or all of a folder. The first argument is the folder of the shipped catalogs.
 */
public final class CatalogGenerator {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogGenerator.class);
    private static final Pattern DESCRIPTION = Pattern.compile("([a-z]+):([0-9][0-9A-Za-z.-]*)=(.+)");

    private final JsonMapper json = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();
    private final Path shipped;

    CatalogGenerator(Path shipped) {
        this.shipped = shipped;
    }

    /** Runs it. */
    public static void main(String... arguments) throws IOException {
        new CatalogGenerator(Path.of(arguments[0])).add(List.of(arguments).subList(1, arguments.length));
    }

    void add(List<String> inputs) throws IOException {
        Map<String, List<Catalog>> byEngine = new TreeMap<>();
        for (String input : inputs) {
            for (Catalog catalog : read(input)) {
                byEngine.computeIfAbsent(catalog.engine(), _ -> new ArrayList<>())
                        .add(catalog);
            }
        }
        for (String engine : byEngine.keySet()) {
            if (!ShippedCatalogs.ENGINES.contains(engine)) {
                throw new IllegalArgumentException(
                        "engine: %s (expected: one of %s)".formatted(engine, new TreeSet<>(ShippedCatalogs.ENGINES)));
            }
        }
        for (Map.Entry<String, List<Catalog>> engine : byEngine.entrySet()) {
            write(engine.getKey(), engine.getValue());
        }
    }

    private void write(String engine, List<Catalog> added) throws IOException {
        Path file = shipped.resolve(engine + ".json.gz");
        List<Catalog> all = new ArrayList<>();
        if (Files.exists(file)) {
            try (InputStream before = Files.newInputStream(file)) {
                CatalogFamily family = CatalogFamily.read(before);
                family.versions().forEach(version -> all.add(family.at(version)));
            }
        }
        all.addAll(added);
        CatalogFamily family = CatalogFamily.of(all);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        family.write(bytes);
        Files.createDirectories(shipped);
        Files.write(file, bytes.toByteArray());
        LOG.info(
                "{}: {} versions, {} forms of operations, {} parameters, {} bytes",
                engine,
                family.versions().size(),
                family.variants().size(),
                family.parameters().size(),
                bytes.size());
    }

    private List<Catalog> read(String input) throws IOException {
        Matcher description = DESCRIPTION.matcher(input);
        if (description.matches()) {
            String text = Files.readString(Path.of(description.group(3)));
            return List.of(new SpecificationReader(description.group(1), description.group(2)).read(text));
        }
        Path path = Path.of(input);
        if (!Files.isDirectory(path)) {
            return List.of(catalog(path));
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .map(this::catalog)
                    .toList();
        }
    }

    private Catalog catalog(Path file) {
        try {
            return json.readValue(Files.readAllBytes(file), Catalog.class);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
