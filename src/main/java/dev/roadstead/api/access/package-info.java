/** The door of the API: what is refused before a resource sees it, and the log of who came. */
@NullMarked
package dev.roadstead.api.access;

import org.jspecify.annotations.NullMarked;
