package dev.roadstead.adapter.kleened.standin;

import java.time.Duration;

/**
 * How long the daemon waits for what.
 *
 * @param idleConnection a kept-alive connection without a request, and an incomplete head
 * @param body an announced body that does not come
 * @param webSocketIdle a WebSocket without a frame from the client; the recordings end after 66 s where the documentation says 60 s
 * @param stopGrace from SIGTERM to SIGKILL at the stop of a container
 * @param call an exec stop that takes longer is answered with 500
 */
public record Timing(
        Duration idleConnection, Duration body, Duration webSocketIdle, Duration stopGrace, Duration call) {
    /** As recorded. */
    public static final Timing RECORDED = new Timing(
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            Duration.ofSeconds(66),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5));

    /** The same with another bound for silent WebSockets. */
    public Timing withWebSocketIdle(Duration idle) {
        return new Timing(idleConnection, body, idle, stopGrace, call);
    }

    /** The same with another bound for idle connections. */
    public Timing withIdleConnection(Duration idle) {
        return new Timing(idle, body, webSocketIdle, stopGrace, call);
    }

    /** The same with stops that take other times. */
    public Timing withStops(Duration grace, Duration bound) {
        return new Timing(idleConnection, body, webSocketIdle, grace, bound);
    }

    /** Everything this many times faster. */
    public Timing faster(int times) {
        return new Timing(
                idleConnection.dividedBy(times),
                body.dividedBy(times),
                webSocketIdle.dividedBy(times),
                stopGrace.dividedBy(times),
                call.dividedBy(times));
    }
}
