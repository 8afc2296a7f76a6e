/** Whether the gateway serves, and what it last saw of the engines. */
@NullMarked
package dev.roadstead.api.health;

import org.jspecify.annotations.NullMarked;
