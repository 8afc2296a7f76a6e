package dev.roadstead.adapter.simulated;

import dev.roadstead.container.Snapshot;

/**
 * A kept state of a container.
 *
 * @param files never changed
 */
record SimulatedSnapshot(Snapshot told, FileTree files) {}
