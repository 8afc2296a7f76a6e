package dev.roadstead.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one engine can do, as a run of the contract showed it.
 *
 * @param engine its family and its version as far as the second number: {@code Docker 20.10}
 * @param capabilities by word
 */
record EngineSupport(String engine, Map<String, Shown> capabilities) {
    /** Where a run leaves what it showed. */
    static final Path OF_THIS_RUN = Path.of("target", "engine-support");

    private static final Pattern VERSION = Pattern.compile("\\d+\\.\\d+");
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /**
     * One capability.
     *
     * @param tried whether a test of the contract used it with success
     */
    record Shown(String support, @Nullable String reason, boolean tried) {}

    EngineSupport(EngineKind kind, EngineDescription description, Set<Capability> tried) {
        this(named(kind, description.version()), shown(description.capabilities(), tried));
    }

    private static String named(EngineKind kind, @Nullable String version) {
        String family = switch (kind) {
            case LXD -> "LXD";
            default -> kind.name().charAt(0) + kind.word().substring(1);
        };
        Matcher number = VERSION.matcher(version == null || kind == EngineKind.SIMULATED ? "" : version);
        return number.find() ? family + " " + number.group() : family;
    }

    private static Map<String, Shown> shown(Capabilities capabilities, Set<Capability> tried) {
        Map<String, Shown> all = new TreeMap<>();
        for (Capability capability : Capability.values()) {
            Capability.Support support = capabilities.of(capability);
            all.put(capability.word(), new Shown(support.level().word(), support.reason(), tried.contains(capability)));
        }
        return all;
    }

    /** Writes it where the page's check finds it. */
    void keep() {
        keep(OF_THIS_RUN);
    }

    void keep(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(engine.replace(' ', '-') + ".json"), JSON.writeValueAsString(this) + "\n");
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** All that a folder holds, by name. */
    static List<EngineSupport> all(Path folder) throws IOException {
        List<EngineSupport> all = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.sorted().toList()) {
                    all.add(JSON.readValue(Files.readString(file), EngineSupport.class));
                }
            }
        }
        return all;
    }
}
