package dev.roadstead.adapter.simulated;

import dev.roadstead.image.Image;
import dev.roadstead.image.ImageLayer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An image: its names change, all else does not. Guarded by the host. */
final class SimulatedImage {
    /**
     * What a container of it does unless it is told otherwise.
     */
    record Config(
            List<String> command,
            List<String> entrypoint,
            Map<String, String> env,
            Map<String, String> labels,
            @Nullable String workingDir,
            @Nullable String user) {
        static final Config SHELL = new Config(
                List.of("sh"), List.of(), Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), Map.of(), null, null);
    }

    /** A step of its history. */
    record Step(
            Instant createdAt,
            String createdBy,
            long size,
            @Nullable String comment) {}

    private final String id;
    private final Instant createdAt;
    private final Config config;
    private final NavigableMap<String, FileNode> files;
    private final List<Step> steps;
    private final List<String> tags = new ArrayList<>();

    /**
     * An image without a name.
     *
     * @param steps newest first
     */
    SimulatedImage(
            String id, Instant createdAt, Config config, NavigableMap<String, FileNode> files, List<Step> steps) {
        this.id = id;
        this.createdAt = createdAt;
        this.config = config;
        this.files = files;
        this.steps = List.copyOf(steps);
    }

    /** The files of a small Linux system. */
    static NavigableMap<String, FileNode> smallSystem(Instant modified) {
        NavigableMap<String, FileNode> files = new TreeMap<>();
        for (String folder : List.of("/", "/bin", "/dev", "/etc", "/home", "/proc", "/root", "/tmp", "/usr", "/var")) {
            files.put(folder, FileNode.folder(folder.equals("/tmp") ? 01777 : 0755, modified));
        }
        files.put(
                "/etc/passwd",
                text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n", modified));
        files.put("/etc/group", text("root:x:0:\nnobody:x:65534:\n", modified));
        files.put("/bin/sh", FileNode.file(new byte[64], 0755, modified));
        return files;
    }

    String id() {
        return id;
    }

    Config config() {
        return config;
    }

    NavigableMap<String, FileNode> files() {
        return files;
    }

    List<Step> steps() {
        return steps;
    }

    List<String> tags() {
        return tags;
    }

    long size() {
        return steps.stream().mapToLong(Step::size).sum();
    }

    Image describe() {
        return new Image(
                id,
                tags,
                List.of(),
                createdAt,
                size(),
                config.labels(),
                "linux",
                "amd64",
                config.command(),
                config.entrypoint(),
                config.env(),
                config.workingDir(),
                config.user());
    }

    List<ImageLayer> history() {
        List<ImageLayer> layers = new ArrayList<>();
        for (Step step : steps) {
            boolean newest = layers.isEmpty();
            layers.add(new ImageLayer(
                    newest ? id : null,
                    step.createdAt(),
                    step.createdBy(),
                    step.size(),
                    newest ? tags : List.of(),
                    step.comment()));
        }
        return layers;
    }

    private static FileNode text(String content, Instant modified) {
        return FileNode.file(content.getBytes(StandardCharsets.UTF_8), 0644, modified);
    }
}
