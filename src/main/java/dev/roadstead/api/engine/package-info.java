/** Engines over HTTP. */
@NullMarked
package dev.roadstead.api.engine;

import org.jspecify.annotations.NullMarked;
