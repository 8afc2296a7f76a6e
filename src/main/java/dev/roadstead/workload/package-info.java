/** What a container needs beyond one call of its engine: pulling, idempotent creation, starting. */
@NullMarked
package dev.roadstead.workload;

import org.jspecify.annotations.NullMarked;
