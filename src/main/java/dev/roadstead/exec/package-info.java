/** Processes started in a running container. */
@NullMarked
package dev.roadstead.exec;

import org.jspecify.annotations.NullMarked;
