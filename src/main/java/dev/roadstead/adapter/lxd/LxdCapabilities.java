package dev.roadstead.adapter.lxd;

import dev.roadstead.engine.Capabilities;
import dev.roadstead.engine.Capability;
import dev.roadstead.engine.Capability.Support;
import java.util.EnumMap;
import java.util.Map;

/** How far a daemon offers each capability: by its extensions. */
final class LxdCapabilities {
    /** Extension of Incus 6.5 and later: an instance that ended by itself is started again. */
    static final String AUTORESTART = "instance_auto_restart";

    /** SFTP has no extension of its own; LXD 5.0 and every Incus have both. */
    static final String WITH_SFTP = "instance_file_head";

    static final String NO_SFTP = "files go over SFTP, which the daemon does not offer yet (LXD does from 5.0 on)";
    private static final String OVER_SFTP =
            "file by file over SFTP, not at once: hard links come as files, extended attributes and device nodes do not";
    static final String NO_LINUX_CAPABILITIES = "a container is privileged or not, with nothing in between";
    static final String NO_READ_ONLY_ROOT = "the root file system is always writable";
    static final String NO_CPU_WEIGHT = "the engine's priorities are of another scale";
    static final String NO_SWAP_SIZE = "swap is allowed or not, and has no size of its own";
    static final String NO_RESTART_POLICY = "the engine starts containers by itself only when its host starts";
    static final String NO_TMPFS = "the engine mounts no tmpfs";
    static final String NO_KILL_SIGNAL = "the engine sends the main process no signal but to kill it";

    static final String NO_LOG_TIMES = "what was written to a console bears no times";
    static final String NO_LOG_BYTES = "a console is a terminal, which changes what is written to it";
    static final String NO_EMPTY_VARIABLES = "the engine keeps no variable without a value";

    static final String TRUSTED_ANYWAY = "whoever may use the socket is trusted";

    private LxdCapabilities() {}

    static Capabilities of(Dialect dialect, boolean overSocket) {
        Map<Capability, Support> others = new EnumMap<>(Capability.class);
        if (overSocket) {
            others.put(Capability.TRUST, Support.unsupported(TRUSTED_ANYWAY));
        }
        containers(dialect, others);
        store(dialect, others);
        return Capabilities.allNativeBut(others);
    }

    private static void containers(Dialect dialect, Map<Capability, Support> others) {
        if (dialect.has(OciProcess.EXTENSION)) {
            others.put(
                    Capability.COMMAND,
                    Support.emulated(OciProcess.ONLY_OF_OCI + "; a command " + OciProcess.ONLY_WITH_ENTRYPOINT));
            others.put(Capability.ENTRYPOINT, Support.emulated(OciProcess.ONLY_OF_OCI));
            others.put(Capability.WORKING_DIR, Support.emulated(OciProcess.ONLY_OF_OCI));
            others.put(
                    Capability.USER, Support.emulated(OciProcess.ONLY_OF_OCI + "; a user " + OciProcess.ONLY_NUMBERS));
        } else {
            Support init = Support.unsupported(dialect.title() + " runs the init of the image");
            others.put(Capability.COMMAND, init);
            others.put(Capability.ENTRYPOINT, init);
            others.put(Capability.WORKING_DIR, init);
            others.put(Capability.USER, init);
        }
        others.put(Capability.HOSTNAME, Support.unsupported("the host name is the container's name"));
        others.put(Capability.TTY, Support.unsupported("every container has a console, and nothing else"));
        others.put(Capability.HEALTHCHECK, Support.unsupported(dialect.title() + " checks no health"));
        others.put(Capability.LINUX_CAPABILITIES, Support.unsupported(NO_LINUX_CAPABILITIES));
        others.put(Capability.READ_ONLY_ROOT, Support.unsupported(NO_READ_ONLY_ROOT));
        others.put(Capability.CPU_WEIGHT, Support.unsupported(NO_CPU_WEIGHT));
        others.put(Capability.MOUNT_TMPFS, Support.unsupported(NO_TMPFS));
        others.put(Capability.KILL_SIGNAL, Support.unsupported(NO_KILL_SIGNAL));
        Support restart = dialect.has(AUTORESTART)
                ? Support.emulated("no and always only: started with the host, and again when it ends by itself")
                : Support.unsupported(NO_RESTART_POLICY);
        others.put(Capability.RESTART_POLICY, restart);
        others.put(Capability.UPDATE_RESTART_POLICY, restart);
        others.put(
                Capability.PORTS,
                Support.emulated("a proxy of the daemon's listens; a host port that is left open is drawn at random"));
        others.put(Capability.WAIT, Support.emulated("learned from events; exit codes are not told"));
        others.put(Capability.EVENTS, Support.emulated("the daemon tells neither labels nor exit codes"));
        others.put(Capability.EXIT_CODES, Support.unsupported("a machine that ended has no exit code"));
        others.put(Capability.RUN_TIMES, Support.unsupported("the daemon does not tell when a run began and ended"));
        others.put(
                Capability.EVENTS_HISTORY,
                Support.unsupported("the daemon remembers no events: it tells only those that come"));
        others.put(Capability.ENV_EMPTY, Support.unsupported(NO_EMPTY_VARIABLES));
        others.put(Capability.ID_PREFIX, Support.unsupported("the engine knows its containers by their names"));
        others.put(
                Capability.LOGS,
                Support.emulated("the daemon keeps the end of what was written to the console, without times"));
        others.put(
                Capability.LOGS_FOLLOW,
                Support.emulated("the console's memory is read again and again: output may be lost between"));
        others.put(Capability.LOGS_PRECISE, Support.unsupported(NO_LOG_TIMES));
        others.put(Capability.LOGS_BINARY, Support.unsupported(NO_LOG_BYTES));
        others.put(
                Capability.EXEC_SIGNAL,
                Support.emulated("the daemon signals the process itself, not those that it started"));
        others.put(Capability.TOP, Support.emulated("ps is run in the container"));
        others.put(Capability.STATS, Support.emulated("computed from two looks; without block devices"));
    }

    /** Images, volumes, networks, files and snapshots. */
    private static void store(Dialect dialect, Map<Capability, Support> others) {
        String title = dialect.title();
        others.put(Capability.CHANGES, Support.unsupported(title + " does not tell what differs from the image"));
        others.put(Capability.IMAGE_HISTORY, Support.unsupported("images of " + title + " have no layers"));
        others.put(
                Capability.SNAPSHOT_STATEFUL,
                Support.unsupported(title + " needs CRIU for it, and does not tell whether the host has that"));
        Support files = dialect.has(WITH_SFTP) ? Support.emulated(OVER_SFTP) : Support.unsupported(NO_SFTP);
        others.put(Capability.ARCHIVE, files);
        others.put(Capability.ARCHIVE_STOPPED, files);
        others.put(Capability.LOGS_STDERR, Support.unsupported("a console makes one stream of both outputs"));
        others.put(Capability.EXPORT, files);
        others.put(
                Capability.COMMIT,
                Support.emulated("the daemon makes images of what rests: of a running container by way of a snapshot"));
        others.put(
                Capability.PRUNE, Support.emulated("the gateway looks what is unused, and removes it piece by piece"));
        others.put(Capability.PODS, Support.unsupported(title + " has no pods"));
    }
}
