package dev.roadstead.adapter.kleened;

/** Why something is missing or emulated, where sockets are the reason: told before by the capability, and with the refusal. */
final class KleenedReasons {
    static final String EXEC =
            "both outputs of a process come as one, told as standard output; one that ignores SIGTERM may outlive a gateway that dies";
    static final String EXEC_EOF =
            "Kleened cannot close an input alone: input must be given whole when the process is started, or a terminal asked for";
    static final String EXEC_RESIZE =
            "Kleened's terminals have no size that could be changed; the first one is set by stty";
    static final String EXEC_SIGNAL =
            "only TERM and KILL, and at a terminal INT, QUIT and TSTP by their keys; they reach the process, not its children";
    static final String ATTACH = "to containers that the gateway started itself and has held since";
    static final String NO_ATTACH =
            "nobody can join what runs; the operator may let the gateway hold what it starts, with kleened.capture-logs";
    static final String ARCHIVE = "by tar in a process; of running containers only";
    static final String ARCHIVE_STOPPED = "a process brings the files, and a jail that does not run has none";
    static final String BUILD = "of a folder on the Kleened host (context_path); Kleened takes no uploaded one";

    private KleenedReasons() {}
}
