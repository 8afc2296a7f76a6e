/** What engines' own APIs offer, version by version: facts read from their published descriptions. */
@NullMarked
package dev.roadstead.catalog;

import org.jspecify.annotations.NullMarked;
