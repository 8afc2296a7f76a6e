package dev.roadstead.api.socket;

/**
 * How a client went, or made itself impossible.
 *
 * @param deliberate whether it said goodbye
 * @param code to close with; {@link CloseCode#NONE} if there is nobody left to tell
 */
record Ending(boolean deliberate, int code, String reason) {
    /** The connection is gone. */
    static final Ending LOST = new Ending(false, CloseCode.NONE, "");
}
