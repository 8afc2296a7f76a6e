/** Networks over HTTP. */
@NullMarked
package dev.roadstead.api.network;

import org.jspecify.annotations.NullMarked;
