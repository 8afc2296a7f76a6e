package dev.roadstead.adapter.simulated;

import dev.roadstead.container.FileChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Files by absolute path without a trailing slash, over those of an image: what is never written to costs nothing. Not safe for
 * concurrent use.
 */
final class FileTree {
    private final NavigableMap<String, FileNode> base;
    private @Nullable NavigableMap<String, FileNode> upper;
    private @Nullable Set<String> removed;

    /** A tree over these files, which never change. */
    FileTree(NavigableMap<String, FileNode> base) {
        this.base = base;
    }

    @Nullable
    FileNode get(String path) {
        FileNode written = upper == null ? null : upper.get(path);
        if (written != null) {
            return written;
        }
        return removed != null && removed.contains(path) ? null : base.get(path);
    }

    /** Puts a node; what stood under a folder that is replaced by something else goes. */
    void put(String path, FileNode node) {
        FileNode before = get(path);
        if (before != null && before.isFolder() && !node.isFolder()) {
            remove(path);
        }
        if (upper == null) {
            upper = new TreeMap<>();
        }
        upper.put(path, node);
    }

    /** Removes a node and all under it. */
    void remove(String path) {
        for (String gone : under(path).keySet()) {
            if (upper != null) {
                upper.remove(gone);
            }
            if (base.containsKey(gone)) {
                if (removed == null) {
                    removed = new TreeSet<>();
                }
                removed.add(gone);
            }
        }
    }

    /** The node at a path and all under it, in the order of their paths. */
    SortedMap<String, FileNode> under(String path) {
        SortedMap<String, FileNode> found = new TreeMap<>(part(base, path));
        if (removed != null) {
            found.keySet().removeAll(removed);
        }
        if (upper != null) {
            found.putAll(part(upper, path));
        }
        return found;
    }

    /** Where the tree differs from what it lies over. */
    List<FileChange> changes() {
        Map<String, FileChange.Kind> kinds = new TreeMap<>();
        if (upper != null) {
            upper.keySet().forEach(path -> {
                kinds.put(path, base.containsKey(path) ? FileChange.Kind.MODIFIED : FileChange.Kind.ADDED);
                String parent = Paths.parent(path);
                if (!parent.equals("/") && base.containsKey(parent)) {
                    kinds.putIfAbsent(parent, FileChange.Kind.MODIFIED);
                }
            });
        }
        if (removed != null) {
            removed.stream()
                    .filter(path -> upper == null || !upper.containsKey(path))
                    .forEach(path -> kinds.put(path, FileChange.Kind.DELETED));
        }
        List<FileChange> changes = new ArrayList<>();
        kinds.forEach((path, kind) -> changes.add(new FileChange(kind, path)));
        return changes;
    }

    /** A tree with the same nodes, apart from then on. */
    FileTree copy() {
        FileTree copy = new FileTree(base);
        copy.upper = upper == null ? null : new TreeMap<>(upper);
        copy.removed = removed == null ? null : new TreeSet<>(removed);
        return copy;
    }

    /** Bytes written over the base. */
    long written() {
        return upper == null
                ? 0
                : upper.values().stream().mapToLong(node -> node.data().length).sum();
    }

    private static SortedMap<String, FileNode> part(NavigableMap<String, FileNode> all, String path) {
        if (path.equals("/")) {
            return all;
        }
        SortedMap<String, FileNode> part = new TreeMap<>(all.subMap(path + "/", path + "0"));
        FileNode self = all.get(path);
        if (self != null) {
            part.put(path, self);
        }
        return part;
    }
}
