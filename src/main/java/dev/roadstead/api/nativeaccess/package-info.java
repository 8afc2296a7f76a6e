/** Engines' own APIs over HTTP. */
@NullMarked
package dev.roadstead.api.nativeaccess;

import org.jspecify.annotations.NullMarked;
