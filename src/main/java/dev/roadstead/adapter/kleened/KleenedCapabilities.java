package dev.roadstead.adapter.kleened;

import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Capability.Support;
import dev.roadstead.engine.EngineSettings;
import java.util.EnumMap;
import java.util.Map;

/** How far a daemon offers each capability: its API is the same everywhere, the operator's settings are not. */
final class KleenedCapabilities {
    static final String NO_LIMITS =
            "Kleened sets no limits; the operator may allow the gateway to, with kleened.rctl-hooks";
    static final String NO_SWAP = "rctl(8) counts no memory and swap together";
    static final String NO_CPU_WEIGHT = "rctl(8) knows no weights";
    static final String NO_RESTART_POLICY =
            "Kleened starts containers by itself only with its own start (native restart_policy on-startup)";
    static final String NO_WORKING_DIR = "a jail's main process begins in the folder that its user's login has";
    static final String NO_TTY = "whether there is a terminal is said for each exec, not for a container";
    static final String NO_TMPFS = "Kleened mounts volumes and folders of its host only";
    static final String NO_HEALTH = "Kleened checks no health";
    static final String NO_PRIVILEGES = "what a jail may do is said by jail parameters (native jail_param)";
    static final String NO_LINUX_CAPABILITIES = "FreeBSD has no such capabilities";
    static final String NO_READ_ONLY_ROOT = "the root file system is always writable";
    static final String NO_LABELS =
            "Kleened keeps no labels but those that the gateway puts into containers' environment";
    static final String NO_LOGS =
            "Kleened keeps no output; the operator may let the gateway keep it, with kleened.capture-logs";
    static final String CAPTURED =
            "the gateway keeps the end of what containers write that it started itself, without the time before";
    static final String NO_PULL = "Kleened knows no registries: its images are fetched, copied or built";
    static final String NO_SNAPSHOTS = "Kleened's API has no snapshots of containers";
    static final String NO_KILL = "Kleened has no signals for a container; a stop ends whatever runs in it";

    private KleenedCapabilities() {}

    static Capabilities of(EngineSettings.Kleened allowed) {
        Map<Capability, Support> others = new EnumMap<>(Capability.class);
        lifecycle(others);
        specification(allowed, others);
        output(allowed, others);
        store(others);
        return Capabilities.allNativeBut(others);
    }

    private static void lifecycle(Map<Capability, Support> others) {
        unsupported(
                others,
                "a stop takes as long as the container's own exec.stop does, and ten seconds more at most",
                Capability.STOP_TIMEOUT);
        unsupported(others, NO_KILL, Capability.KILL, Capability.KILL_SIGNAL);
        emulated(others, "a stop and then a start", Capability.RESTART);
        unsupported(others, "jails cannot be frozen", Capability.PAUSE);
        emulated(others, "the gateway looks again and again; exit codes are not told", Capability.WAIT);
        emulated(
                others,
                "the gateway looks whether the name is free; Kleened itself would give it twice",
                Capability.RENAME);
        emulated(others, "the gateway resolves them: Kleened takes the first of several", Capability.ID_PREFIX);
        emulated(
                others,
                "the lists are compared every few seconds: what begins and ends in between is not seen",
                Capability.EVENTS);
        unsupported(others, "Kleened has no events, so it remembers none", Capability.EVENTS_HISTORY);
        unsupported(
                others, "Kleened keeps no exit codes, and jail(8) turns every failure into 1", Capability.EXIT_CODES);
        unsupported(others, "Kleened does not tell when a container began and ended", Capability.RUN_TIMES);
        emulated(others, "the gateway looks what is unused, and removes it piece by piece", Capability.PRUNE);
        unsupported(others, NO_SNAPSHOTS, Capability.SNAPSHOTS, Capability.SNAPSHOT_STATEFUL);
        unsupported(others, "Kleened copies no containers", Capability.CLONE);
        unsupported(others, "Kleened makes no images of containers", Capability.COMMIT);
        emulated(others, "counted from its lists", Capability.INFO);
        unsupported(others, "Kleened does not tell sizes", Capability.DISK_USAGE);
        unsupported(others, "Kleened trusts by its certificate authority", Capability.TRUST);
        unsupported(others, "Kleened has no projects", Capability.PROJECTS);
        unsupported(others, "Kleened has no pods", Capability.PODS);
    }

    private static void specification(EngineSettings.Kleened allowed, Map<Capability, Support> others) {
        emulated(
                others,
                "kept in the container's environment, where its processes see them",
                Capability.LABELS,
                Capability.UPDATE_LABELS);
        emulated(others, "put before the command", Capability.ENTRYPOINT);
        unsupported(others, NO_WORKING_DIR, Capability.WORKING_DIR);
        emulated(others, "by the jail parameter host.hostname", Capability.HOSTNAME);
        unsupported(others, NO_TTY, Capability.TTY);
        emulated(
                others,
                "on whole network interfaces, not addresses; a host port that is left open is drawn at random",
                Capability.PORTS);
        unsupported(others, NO_TMPFS, Capability.MOUNT_TMPFS);
        if (allowed.rctlHooks()) {
            emulated(
                    others,
                    "by rctl(8), set when the container starts; the host needs kern.racct.enable=1",
                    Capability.RESOURCES,
                    Capability.UPDATE_RESOURCES);
        } else {
            unsupported(others, NO_LIMITS, Capability.RESOURCES, Capability.UPDATE_RESOURCES);
        }
        unsupported(others, NO_CPU_WEIGHT, Capability.CPU_WEIGHT);
        unsupported(others, NO_RESTART_POLICY, Capability.RESTART_POLICY, Capability.UPDATE_RESTART_POLICY);
        unsupported(others, NO_HEALTH, Capability.HEALTHCHECK);
        unsupported(others, NO_PRIVILEGES, Capability.PRIVILEGED);
        unsupported(others, NO_LINUX_CAPABILITIES, Capability.LINUX_CAPABILITIES);
        unsupported(others, NO_READ_ONLY_ROOT, Capability.READ_ONLY_ROOT);
    }

    /** Processes, their output, and files. */
    private static void output(EngineSettings.Kleened allowed, Map<Capability, Support> others) {
        if (allowed.captureLogs()) {
            emulated(
                    others,
                    CAPTURED,
                    Capability.LOGS,
                    Capability.LOGS_FOLLOW,
                    Capability.LOGS_BINARY,
                    Capability.LOGS_PRECISE);
            emulated(others, KleenedReasons.ATTACH, Capability.ATTACH, Capability.DETACH);
        } else {
            unsupported(
                    others,
                    NO_LOGS,
                    Capability.LOGS,
                    Capability.LOGS_FOLLOW,
                    Capability.LOGS_BINARY,
                    Capability.LOGS_PRECISE);
            unsupported(others, KleenedReasons.NO_ATTACH, Capability.ATTACH, Capability.DETACH);
        }
        unsupported(others, "a jail has no console", Capability.CONSOLE);
        unsupported(others, "Kleened tells nothing of what containers use", Capability.STATS);
        unsupported(others, "Kleened does not tell what differs from the image", Capability.CHANGES);
        emulated(others, "ps is run in the container", Capability.TOP);
        emulated(others, KleenedReasons.ARCHIVE, Capability.ARCHIVE, Capability.EXPORT);
        unsupported(others, KleenedReasons.ARCHIVE_STOPPED, Capability.ARCHIVE_STOPPED);
        emulated(others, KleenedReasons.EXEC, Capability.EXEC);
        unsupported(others, KleenedReasons.EXEC_RESIZE, Capability.EXEC_RESIZE);
        emulated(others, KleenedReasons.EXEC_SIGNAL, Capability.EXEC_SIGNAL);
        unsupported(others, KleenedReasons.EXEC_EOF, Capability.EXEC_EOF);
        unsupported(others, "Kleened makes one stream of both outputs", Capability.EXEC_STDERR, Capability.LOGS_STDERR);
    }

    private static void store(Map<Capability, Support> others) {
        unsupported(others, NO_LABELS, Capability.VOLUME_LABELS, Capability.NETWORK_LABELS);
        emulated(
                others, "an image has one name or none: a tag takes the place of the one it has", Capability.IMAGE_TAG);
        emulated(others, "the steps of its build, without times and sizes", Capability.IMAGE_HISTORY);
        unsupported(others, NO_PULL, Capability.PULL);
        unsupported(others, "Kleened takes in no image files", Capability.IMAGE_LOAD);
        others.put(Capability.IMAGE_IMPORT, Support.NATIVE);
        emulated(others, KleenedReasons.BUILD, Capability.IMAGE_BUILD);
    }

    private static void emulated(Map<Capability, Support> others, String reason, Capability... capabilities) {
        for (Capability capability : capabilities) {
            others.put(capability, Support.emulated(reason));
        }
    }

    private static void unsupported(Map<Capability, Support> others, String reason, Capability... capabilities) {
        for (Capability capability : capabilities) {
            others.put(capability, Support.unsupported(reason));
        }
    }
}
