/** Long work: progress, waiting, cancelling, results kept for a while. */
@NullMarked
package dev.roadstead.operation;

import org.jspecify.annotations.NullMarked;
