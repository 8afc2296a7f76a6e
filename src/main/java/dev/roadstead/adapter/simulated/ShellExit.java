package dev.roadstead.adapter.simulated;

/** Ends a shell from wherever it is. */
final class ShellExit extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int code;

    ShellExit(int code) {
        super("exit " + code, null, false, false);
        this.code = code;
    }

    int code() {
        return code;
    }
}
