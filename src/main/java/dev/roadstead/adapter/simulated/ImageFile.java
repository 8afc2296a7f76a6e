package dev.roadstead.adapter.simulated;

import dev.roadstead.engine.EngineException;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads image files of Docker's layout (Docker Image Specification v1.2). Used under the host's lock. */
final class ImageFile {
    private final SimulatedHost host;
    private final JsonMapper json = JsonMapper.builder().build();

    ImageFile(SimulatedHost host) {
        this.host = host;
    }

    /** Adds what a file holds; nothing if any of it makes no sense. */
    List<String> load(byte[] file) {
        Map<String, FileNode> entries = new HashMap<>();
        List<Loaded> images = new ArrayList<>();
        try {
            Tars.read(file, entries::put);
            for (JsonNode image : json.readTree(entry(entries, "manifest.json"))) {
                images.add(image(entries, image));
            }
        } catch (IOException | JacksonException unreadable) {
            throw invalid(String.valueOf(unreadable.getMessage()), unreadable);
        }
        if (images.isEmpty()) {
            throw invalid("it holds no image", null);
        }
        List<String> loaded = new ArrayList<>();
        images.forEach(image -> loaded.addAll(add(image)));
        return loaded;
    }

    private record Loaded(SimulatedImage image, List<String> tags) {}

    private List<String> add(Loaded loaded) {
        SimulatedImage known = host.images().get(loaded.image().id());
        SimulatedImage image = known == null ? loaded.image() : known;
        host.images().put(image.id(), image);
        loaded.tags().forEach(tag -> host.tag(image, tag));
        host.events()
                .add(
                        "image",
                        "load",
                        image.id(),
                        loaded.tags().isEmpty() ? null : loaded.tags().getFirst(),
                        Map.of());
        return loaded.tags().isEmpty() ? List.of(image.id()) : loaded.tags();
    }

    private Loaded image(Map<String, FileNode> entries, JsonNode image) throws IOException {
        byte[] configFile = entry(entries, image.path("Config").asString(""));
        JsonNode whole = json.readTree(configFile);
        JsonNode config = whole.path("config");
        NavigableMap<String, FileNode> files = new TreeMap<>();
        Instant now = host.clock().instant();
        files.put("/", FileNode.folder(0755, now));
        long size = 0;
        for (String layer : texts(image.path("Layers"))) {
            byte[] data = entry(entries, layer);
            size += data.length;
            Tars.read(data, (name, node) -> put(files, name, node));
        }
        SimulatedImage.Config settings = new SimulatedImage.Config(
                texts(config.path("Cmd")),
                texts(config.path("Entrypoint")),
                pairs(texts(config.path("Env"))),
                labels(config.path("Labels")),
                blankToNull(config.path("WorkingDir").asString("")),
                blankToNull(config.path("User").asString("")));
        return new Loaded(
                new SimulatedImage(
                        "sha256:" + sha256(configFile),
                        now,
                        settings,
                        files,
                        List.of(new SimulatedImage.Step(now, "load", size, null))),
                texts(image.path("RepoTags")).stream()
                        .map(SimulatedHost::normalized)
                        .toList());
    }

    private byte[] entry(Map<String, FileNode> entries, String name) {
        FileNode node = entries.get(name);
        if (node == null) {
            throw invalid("it has no %s".formatted(name.isEmpty() ? "configuration" : name), null);
        }
        return node.data();
    }

    /** A layer can take away what a lower one holds. */
    private static void put(NavigableMap<String, FileNode> files, String name, FileNode node) {
        String path = Paths.resolve("/", "./" + name);
        String last = Paths.name(path);
        if (last.startsWith(".wh.")) {
            String gone = Paths.resolve(Paths.parent(path), last.substring(4));
            files.keySet().removeIf(other -> Paths.isAtOrUnder(other, gone));
        } else if (!path.equals("/")) {
            files.put(path, node);
        }
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asString("")));
        return texts;
    }

    private static Map<String, String> pairs(List<String> entries) {
        Map<String, String> pairs = new HashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            pairs.put(equals < 0 ? entry : entry.substring(0, equals), equals < 0 ? "" : entry.substring(equals + 1));
        }
        return pairs;
    }

    private static Map<String, String> labels(JsonNode object) {
        Map<String, String> labels = new HashMap<>();
        object.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString("")));
        return labels;
    }

    private static @Nullable String blankToNull(String text) {
        return text.isBlank() ? null : text;
    }

    private static String sha256(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    private EngineException invalid(String why, @Nullable Throwable cause) {
        EngineException invalid = new EngineException.InvalidRequest(
                "INVALID_IMAGE_FILE", "the image file cannot be read: %s".formatted(why), host.evidence());
        if (cause != null) {
            invalid.initCause(cause);
        }
        return invalid;
    }
}
