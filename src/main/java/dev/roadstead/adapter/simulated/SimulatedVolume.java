package dev.roadstead.adapter.simulated;

import dev.roadstead.volume.Volume;
import dev.roadstead.volume.VolumeSpec;
import java.time.Instant;
import java.util.TreeMap;

/** A volume with its files. */
final class SimulatedVolume {
    private final String name;
    private final VolumeSpec spec;
    private final Instant createdAt;
    private final FileTree files;

    SimulatedVolume(String name, VolumeSpec spec, Instant createdAt) {
        this.name = name;
        this.spec = spec;
        this.createdAt = createdAt;
        this.files = emptyTree(createdAt);
    }

    /** A tree of nothing but its root. */
    static FileTree emptyTree(Instant now) {
        TreeMap<String, FileNode> root = new TreeMap<>();
        root.put("/", FileNode.folder(0755, now));
        return new FileTree(root);
    }

    String name() {
        return name;
    }

    /** Whether the engine named it. */
    boolean isAnonymous() {
        return spec.name() == null;
    }

    FileTree files() {
        return files;
    }

    Volume describe(boolean inUse) {
        return new Volume(
                name,
                spec.driver() == null ? "local" : spec.driver(),
                spec.options(),
                spec.labels(),
                "/simulated/volumes/" + name,
                createdAt,
                inUse);
    }
}
