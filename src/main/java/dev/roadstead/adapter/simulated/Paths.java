package dev.roadstead.adapter.simulated;

import java.util.ArrayDeque;
import java.util.Deque;

/** Absolute paths as text: beginning with a slash, not ending in one but for the root itself. */
final class Paths {
    private Paths() {}

    /** Resolves a path, which may be relative and contain dots, against an absolute one; never leaves the root. */
    static String resolve(String folder, String path) {
        Deque<String> segments = new ArrayDeque<>();
        String whole = path.startsWith("/") ? path : folder + "/" + path;
        for (String segment : whole.split("/", -1)) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return "/" + String.join("/", segments);
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /** The last segment; of the root it is the slash. */
    static String name(String path) {
        return path.equals("/") ? path : path.substring(path.lastIndexOf('/') + 1);
    }

    /** Tells whether a path is another or lies under it. */
    static boolean isAtOrUnder(String path, String top) {
        return path.equals(top) || top.equals("/") || path.startsWith(top + "/");
    }
}
