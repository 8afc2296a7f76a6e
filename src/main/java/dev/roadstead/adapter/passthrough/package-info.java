/** Requests that adapters pass on as they are. */
@NullMarked
package dev.roadstead.adapter.passthrough;

import org.jspecify.annotations.NullMarked;
