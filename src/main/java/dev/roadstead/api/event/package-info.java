/** What happens on engines, as it happens. */
@NullMarked
package dev.roadstead.api.event;

import org.jspecify.annotations.NullMarked;
