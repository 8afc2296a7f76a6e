package dev.roadstead.session;

import java.time.Duration;

/**
 * Bounds of exec sessions.
 *
 * @param replayBytes of output kept for each
 * @param lease how long an attached session's process outlives a lost connection
 * @param retention how long the state of an ended one is kept
 * @param most that run at once
 * @param mostPerUser that run at once for one user
 */
public record SessionLimits(int replayBytes, Duration lease, Duration retention, int most, int mostPerUser) {}
