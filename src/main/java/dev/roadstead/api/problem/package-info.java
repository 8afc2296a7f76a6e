/** The one place where failures become answers. */
@NullMarked
package dev.roadstead.api.problem;

import org.jspecify.annotations.NullMarked;
