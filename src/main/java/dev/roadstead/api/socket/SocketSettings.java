package dev.roadstead.api.socket;

import java.time.Duration;

/**
 * Bounds of a socket.
 *
 * @param pingInterval between two pings; a client from which nothing comes for three of them is taken for lost
 * @param largestMessage bytes of a client's message, in one frame or in several
 * @param ahead bytes of messages that are read before they are wanted
 * @param mostPerUser that one user may have open at once
 * @param farewell how long a client may take to answer a close before the connection is cut
 */
public record SocketSettings(Duration pingInterval, int largestMessage, int ahead, int mostPerUser, Duration farewell) {
    /** How many pings may stay unanswered. */
    static final int UNANSWERED_PINGS = 3;

    /** How many messages are read before they are wanted, however small. */
    static final int MESSAGES_AHEAD = 64;

    /** What the contract says. */
    public static final SocketSettings USUAL =
            new SocketSettings(Duration.ofSeconds(20), 1 << 20, 256 << 10, 2_000, Duration.ofSeconds(10));

    /** The same with another pause between pings. */
    public SocketSettings pinging(Duration interval) {
        return new SocketSettings(interval, largestMessage, ahead, mostPerUser, farewell);
    }

    /** The same with another bound for each user. */
    public SocketSettings atMost(int perUser) {
        return new SocketSettings(pingInterval, largestMessage, ahead, perUser, farewell);
    }
}
