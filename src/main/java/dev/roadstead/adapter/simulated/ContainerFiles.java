package dev.roadstead.adapter.simulated;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A container's files as it sees them: its own tree and what is mounted into it. Safe for concurrent use. */
final class ContainerFiles {
    private final FileTree root;
    private final Map<String, FileTree> mounts;

    /**
     * Files of one container.
     *
     * @param mounts trees of volumes by their place in the container; they are shared, so each is locked while it is used
     */
    ContainerFiles(FileTree root, Map<String, FileTree> mounts) {
        this.root = root;
        this.mounts = Map.copyOf(mounts);
    }

    FileTree root() {
        return root;
    }

    /** What is there, a link itself included. */
    @Nullable
    FileNode get(String path) {
        return at(path, FileTree::get);
    }

    /** What is there, or where the links there lead. */
    @Nullable
    FileNode follow(String path) {
        FileNode node = get(path);
        String place = path;
        for (int hops = 0; node != null && node.type() == FileNode.Type.LINK && hops < 16; hops++) {
            place = Paths.resolve(Paths.parent(place), node.target());
            node = get(place);
        }
        return node;
    }

    void put(String path, FileNode node) {
        this.<@Nullable Object>at(path, (tree, inner) -> {
            tree.put(inner, node);
            return null;
        });
    }

    void remove(String path) {
        this.<@Nullable Object>at(path, (tree, inner) -> {
            tree.remove(inner);
            return null;
        });
    }

    /** All at and under a path, what is mounted there included. */
    SortedMap<String, FileNode> under(String path) {
        SortedMap<String, FileNode> found = new TreeMap<>();
        place(path).collect(found);
        mounts.forEach((target, tree) -> {
            if (Paths.isAtOrUnder(target, path) && !target.equals(path)) {
                new Place(target, tree, "/").collect(found);
            }
        });
        return found;
    }

    private interface Use<T extends @Nullable Object> {
        T of(FileTree tree, String path);
    }

    /**
     * A path in one of the trees.
     *
     * @param target where that tree is mounted; empty for the container's own
     * @param inner the path within that tree
     */
    private record Place(String target, FileTree tree, String inner) {
        void collect(Map<String, FileNode> into) {
            synchronized (tree) {
                tree.under(inner)
                        .forEach((path, node) ->
                                into.put(target.isEmpty() ? path : path.equals("/") ? target : target + path, node));
            }
        }
    }

    private Place place(String path) {
        String target = "";
        FileTree tree = root;
        for (Map.Entry<String, FileTree> mount : mounts.entrySet()) {
            if (mount.getKey().length() > target.length() && Paths.isAtOrUnder(path, mount.getKey())) {
                target = mount.getKey();
                tree = mount.getValue();
            }
        }
        String inner = path.substring(target.length());
        return new Place(target, tree, inner.isEmpty() ? "/" : inner);
    }

    private <T extends @Nullable Object> T at(String path, Use<T> use) {
        Place place = place(path);
        synchronized (place.tree) {
            return use.of(place.tree, place.inner);
        }
    }
}
