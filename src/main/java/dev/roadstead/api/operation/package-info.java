/** Long work over HTTP. */
@NullMarked
package dev.roadstead.api.operation;

import org.jspecify.annotations.NullMarked;
