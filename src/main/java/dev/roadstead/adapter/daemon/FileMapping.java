package dev.roadstead.adapter.daemon;

import dev.roadstead.container.FileChange;
import dev.roadstead.container.PathStat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a daemon tells of files in containers, in our words. */
public final class FileMapping {
    // Bits of Go's os.FileMode.
    private static final long MODE_FOLDER = 1L << 31;
    private static final long MODE_LINK = 1L << 27;
    private static final long MODE_SPECIAL = 1L << 26 | 1L << 25 | 1L << 24 | 1L << 21 | 1L << 19;
    private static final long MODE_SETUID = 1L << 23;
    private static final long MODE_SETGID = 1L << 22;
    private static final long MODE_STICKY = 1L << 20;

    private FileMapping() {}

    public static List<FileChange> changes(@Nullable List<DaemonWire.Change> wire) {
        List<FileChange> changes = new ArrayList<>();
        for (DaemonWire.Change change : wire == null ? List.<DaemonWire.Change>of() : wire) {
            FileChange.Kind kind = switch (change.kind() == null ? -1 : change.kind()) {
                case 0 -> FileChange.Kind.MODIFIED;
                case 1 -> FileChange.Kind.ADDED;
                case 2 -> FileChange.Kind.DELETED;
                default -> null;
            };
            if (kind != null && change.path() != null) {
                changes.add(new FileChange(kind, change.path()));
            }
        }
        return changes;
    }

    public static PathStat pathStat(DaemonWire.PathStat wire) {
        long mode = wire.mode() == null ? 0 : wire.mode();
        String type = (mode & MODE_FOLDER) != 0
                ? "directory"
                : (mode & MODE_LINK) != 0 ? "symlink" : (mode & MODE_SPECIAL) != 0 ? "other" : "file";
        int bits = (int) (mode & 0777)
                | ((mode & MODE_SETUID) != 0 ? 04000 : 0)
                | ((mode & MODE_SETGID) != 0 ? 02000 : 0)
                | ((mode & MODE_STICKY) != 0 ? 01000 : 0);
        return new PathStat(
                wire.name() == null ? "" : wire.name(),
                type,
                wire.size() == null ? 0 : wire.size(),
                bits,
                Texts.time(wire.mtime()),
                type.equals("symlink") ? Texts.blankToNull(wire.linkTarget()) : null);
    }
}
