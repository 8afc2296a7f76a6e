/** What daemons have in common whose APIs descend from Docker's: paths, calls, the shape of their answers. Knows none of them. */
@NullMarked
package dev.roadstead.adapter.daemon;

import org.jspecify.annotations.NullMarked;
