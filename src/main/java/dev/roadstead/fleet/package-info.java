/** Many engines as one: finds a container by its address, lists everywhere at once with partial results, places a create. */
@NullMarked
package dev.roadstead.fleet;

import org.jspecify.annotations.NullMarked;
