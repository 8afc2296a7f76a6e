/** Containers as every engine understands them: identity, state, specification and what they tell about themselves. */
@NullMarked
package dev.roadstead.container;

import org.jspecify.annotations.NullMarked;
