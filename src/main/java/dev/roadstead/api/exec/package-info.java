/** Processes run in containers, over HTTP. */
@NullMarked
package dev.roadstead.api.exec;

import org.jspecify.annotations.NullMarked;
