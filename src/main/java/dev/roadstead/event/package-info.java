/** What happens on engines. */
@NullMarked
package dev.roadstead.event;

import org.jspecify.annotations.NullMarked;
