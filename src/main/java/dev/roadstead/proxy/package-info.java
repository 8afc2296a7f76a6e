/** Engines' own APIs as bytes: what stands before HTTP's usual way through the gateway and hands requests to an engine as they are. */
@NullMarked
package dev.roadstead.proxy;

import org.jspecify.annotations.NullMarked;
