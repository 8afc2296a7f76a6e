/** Pods over HTTP. */
@NullMarked
package dev.roadstead.api.pod;

import org.jspecify.annotations.NullMarked;
