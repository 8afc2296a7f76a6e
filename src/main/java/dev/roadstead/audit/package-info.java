/** Who did what: one line for each request that changes something or is refused. */
@NullMarked
package dev.roadstead.audit;

import org.jspecify.annotations.NullMarked;
