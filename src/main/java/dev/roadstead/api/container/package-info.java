/** Containers over HTTP. */
@NullMarked
package dev.roadstead.api.container;

import org.jspecify.annotations.NullMarked;
