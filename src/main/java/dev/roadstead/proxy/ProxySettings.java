package dev.roadstead.proxy;

import java.time.Duration;

/**
 * Bounds.
 *
 * @param maxConnections requests under way to one engine, connections that were taken over included
 * @param answerTimeout how long an engine may take to begin its answer: some wait for something to happen
 * @param headTimeout how long a client may take to send the head of a request
 * @param idle how long a connection at an engine's own address may wait for a request; zero: for ever
 * @param linger how long the rest of a request that nobody wants is read, so that its sender reads the answer
 */
public record ProxySettings(
        int maxConnections, Duration answerTimeout, Duration headTimeout, Duration idle, Duration linger) {
    /** Usual ones. */
    public static final ProxySettings USUAL =
            new ProxySettings(1024, Duration.ofHours(1), Duration.ofSeconds(30), Duration.ZERO, Duration.ofSeconds(10));

    /** The same with other bounds. */
    public ProxySettings with(int connections, Duration answer, Duration unused) {
        return new ProxySettings(connections, answer, headTimeout, unused, linger);
    }
}
