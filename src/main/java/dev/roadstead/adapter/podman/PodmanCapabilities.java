package dev.roadstead.adapter.podman;

import dev.roadstead.adapter.daemon.Agreement;
import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Capability.Support;
import java.util.EnumMap;
import java.util.Map;

/** What Podman can do, by its version. */
final class PodmanCapabilities {
    private static final Map<Capability, Support> EVER = Map.ofEntries(
            Map.entry(
                    Capability.EXEC_SIGNAL,
                    Support.emulated("a second process in the container sends it, by the container's own shell")),
            Map.entry(
                    Capability.WAIT,
                    Support.emulated(
                            "learned from events and inspections: Podman's own wait only looks from time to time")),
            Map.entry(
                    Capability.ARCHIVE,
                    Support.emulated("a folder to unpack into is looked for before: Podman would make it")),
            Map.entry(
                    Capability.PRUNE,
                    Support.emulated(
                            "volumes and networks are removed one by one: Podman itself would take more than what nobody uses")),
            Map.entry(
                    Capability.DETACH,
                    Support.unsupported("Podman ends a container's input when one who was attached with input leaves")),
            Map.entry(
                    Capability.CONSOLE,
                    Support.unsupported(
                            "the main process has the terminal and the input that it was created with, or none")),
            Map.entry(Capability.LOGS_PRECISE, Support.unsupported("Podman's API tells log times to the second")),
            Map.entry(Capability.PROJECTS, Support.unsupported("Podman has no projects")),
            Map.entry(Capability.TRUST, Support.unsupported("Podman trusts by its certificate authority")),
            Map.entry(
                    Capability.CLONE,
                    Support.unsupported("an image made of a Podman container bears its environment and its labels for"
                            + " good: no copy would be like the first, with labels of its own")),
            Map.entry(Capability.UPDATE_ENV, Support.unsupported("Podman fixes it at create")),
            Map.entry(Capability.UPDATE_LABELS, Support.unsupported("Podman fixes them at create")),
            Map.entry(Capability.SNAPSHOTS, Support.unsupported("Podman keeps no snapshots of containers")),
            Map.entry(Capability.SNAPSHOT_STATEFUL, Support.unsupported("Podman keeps no snapshots of containers")));

    private PodmanCapabilities() {}

    static Capabilities of(Agreement agreement) {
        Map<Capability, Support> others = new EnumMap<>(EVER);
        if (!PodmanUpdate.keeps(agreement)) {
            others.put(Capability.UPDATE_RESOURCES, Support.unsupported(PodmanUpdate.NOT_KEPT));
            others.put(Capability.UPDATE_RESTART_POLICY, Support.unsupported(PodmanUpdate.NOT_KEPT));
        }
        return Capabilities.allNativeBut(others);
    }
}
