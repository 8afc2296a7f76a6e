package dev.roadstead.proxy;

/** What came is not HTTP as it is let through here. */
final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedMessage(String message) {
        // Attackers must not make stack traces be filled in.
        super(message, null, false, false);
    }
}
