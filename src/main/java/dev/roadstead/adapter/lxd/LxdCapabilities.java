package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Capability.Support;
import java.util.EnumMap;
import java.util.Map;

/** How far a daemon offers each capability: by its extensions. */
final class LxdCapabilities {
    private LxdCapabilities() {}

    static Capabilities of(Dialect dialect) {
        Map<Capability, Support> others = new EnumMap<>(Capability.class);
        containers(dialect, others);
        store(dialect, others);
        return Capabilities.allNativeBut(others);
    }

    private static void containers(Dialect dialect, Map<Capability, Support> others) {
        String title = dialect.title();
        others.put(Capability.COMMAND, Support.unsupported(title + " runs the image's own init"));
    }

    /** Images, volumes, networks, files and snapshots. */
    private static void store(Dialect dialect, Map<Capability, Support> others) {
        String title = dialect.title();
        others.put(Capability.CHANGES, Support.unsupported(title + " does not tell what differs from the image"));
        others.put(Capability.IMAGE_HISTORY, Support.unsupported("images of " + title + " have no layers"));
        others.put(
                Capability.SNAPSHOT_STATEFUL,
                Support.unsupported(title + " needs CRIU for it, and does not tell whether the host has that"));
        others.put(
                Capability.ARCHIVE,
                Support.emulated(
                        "file by file over SFTP, not at once: hard links come as files, extended attributes and device nodes do not"));
        others.put(
                Capability.EXPORT,
                Support.emulated(
                        "file by file over SFTP, not at once: hard links come as files, extended attributes and device nodes do not"));
        others.put(
                Capability.COMMIT,
                Support.emulated("the daemon makes images of what rests: of a running container by way of a snapshot"));
        others.put(Capability.PRUNE, Support.emulated("the gateway looks what is unused, and removes it piece by piece"));
        others.put(Capability.PODS, Support.unsupported(title + " has no pods"));
    }
}
