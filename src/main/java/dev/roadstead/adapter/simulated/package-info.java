/** An engine that exists only in memory: for trying out, for tests of clients, and for failures that real engines seldom show. */
@NullMarked
package dev.roadstead.adapter.simulated;

import org.jspecify.annotations.NullMarked;
