/** Engines' own APIs, driven by their catalogs: which operation a request means, and whether it is allowed. */
@NullMarked
package dev.roadstead.nativeaccess;

import org.jspecify.annotations.NullMarked;
