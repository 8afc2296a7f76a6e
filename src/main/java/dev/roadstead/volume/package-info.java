/** Named storage that outlives containers. */
@NullMarked
package dev.roadstead.volume;

import org.jspecify.annotations.NullMarked;
