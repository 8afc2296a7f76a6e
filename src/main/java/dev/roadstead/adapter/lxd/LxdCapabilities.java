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
        others.put(Capability.PODS, Support.unsupported(title + " has no pods"));
    }
}
