/** Images over HTTP. */
@NullMarked
package dev.roadstead.api.image;

import org.jspecify.annotations.NullMarked;
