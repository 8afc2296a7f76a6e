/** Networks that containers join. */
@NullMarked
package dev.roadstead.network;

import org.jspecify.annotations.NullMarked;
