package dev.roadstead.adapter.simulated;

import java.time.Instant;

/**
 * A file, folder or link.
 *
 * @param data of a file, never changed; empty for the others
 * @param target where a link points; empty for the others
 */
@SuppressWarnings("ArrayRecordComponent") // nodes are compared by identity only
record FileNode(Type type, byte[] data, String target, int mode, Instant modified) {
    private static final byte[] NOTHING = {};

    enum Type {
        FILE,
        FOLDER,
        LINK
    }

    static FileNode file(byte[] data, int mode, Instant modified) {
        return new FileNode(Type.FILE, data, "", mode, modified);
    }

    static FileNode folder(int mode, Instant modified) {
        return new FileNode(Type.FOLDER, NOTHING, "", mode, modified);
    }

    static FileNode link(String target, Instant modified) {
        return new FileNode(Type.LINK, NOTHING, target, 0777, modified);
    }

    boolean isFolder() {
        return type == Type.FOLDER;
    }
}
