/** Volumes over HTTP. */
@NullMarked
package dev.roadstead.api.volume;

import org.jspecify.annotations.NullMarked;
