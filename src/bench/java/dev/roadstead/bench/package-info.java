/** Measurements that a change can be compared by; not part of the application. */
@NullMarked
package dev.roadstead.bench;

import org.jspecify.annotations.NullMarked;
